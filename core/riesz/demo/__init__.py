"""`riesz demo`: three inverse problems solved by steepest descent in the metrics that suit them."""
