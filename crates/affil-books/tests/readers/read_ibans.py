"""Says of each line of a file whether python-stdnum takes it for an IBAN, as JSON."""

import json
import pathlib
import sys

import stdnum.iban

lines = pathlib.Path(sys.argv[1]).read_text().split()
json.dump([stdnum.iban.is_valid(line, check_country=False) for line in lines], sys.stdout)
