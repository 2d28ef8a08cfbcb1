"""Loopback stand-ins for Azure, a stamp and its privileged endpoint, over real sockets."""
