"""Proof that nothing was altered: digests of a run and of a bundle, signatures, re-judging."""
