"""The articles that rules rely on: which sentences they hold, and what a newer copy changed."""
