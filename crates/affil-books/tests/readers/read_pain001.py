"""Says whether a SEPA file fits the schema of ISO 20022, and what another reader finds in it, as JSON.

The schema is the one that the package sepaxml ships: pain.001.001.09 as ISO 20022 published it.
"""

import importlib.resources
import json
import sys
import xml.etree.ElementTree
from decimal import Decimal

import stdnum.bic
import stdnum.iban
import xmlschema

NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
schema = importlib.resources.files("sepaxml") / "schemas" / "pain.001.001.09.xsd"
errors = [str(error.reason) for error in xmlschema.XMLSchema(str(schema)).iter_errors(sys.argv[1])]
root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()


def texts(path):
    return [element.text for element in root.findall(path, NAMES)]


amounts = root.findall(".//p:InstdAmt", NAMES)
json.dump(
    {
        "errors": errors,
        "count": texts(".//p:GrpHdr/p:NbOfTxs"),
        "sum": texts(".//p:GrpHdr/p:CtrlSum"),
        "added": str(sum((Decimal(amount.text) for amount in amounts), Decimal(0))),
        "currencies": sorted({amount.get("Ccy") for amount in amounts}),
        "payments": len(amounts),
        "ids": texts(".//p:EndToEndId"),
        "names": texts(".//p:Cdtr/p:Nm"),
        "ibans": {iban: stdnum.iban.is_valid(iban) for iban in texts(".//p:IBAN")},
        "bics": {bic: stdnum.bic.is_valid(bic) for bic in texts(".//p:BICFI")},
    },
    sys.stdout,
)
