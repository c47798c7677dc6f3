"""Wrong rules, made of the right ones: the conformance suite must catch each."""
