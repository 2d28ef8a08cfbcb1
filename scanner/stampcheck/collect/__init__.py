"""All input and output towards evidence: files now, Azure and the stamp by live collection."""
