"""Pseudonyms for what identifies anybody, in records, bundles and logs, so that they can be handed
on. What a pseudonym stands for is kept in a key file that never leaves.
"""
