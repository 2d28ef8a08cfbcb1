"""``python -m stampcheck``."""

from stampcheck.cli.main import main

if __name__ == "__main__":
    main()
