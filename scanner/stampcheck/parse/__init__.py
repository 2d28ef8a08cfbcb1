"""Document to facts. Pure; one module per kind of document."""
