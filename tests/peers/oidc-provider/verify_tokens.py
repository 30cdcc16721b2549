"""Verifies with joserfc what the tests verified, and refuses what they refused.

Reads lines of JSON: token, keys (a JWK Set) or secret, alg, good.
"""

import json
import sys

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
disagreements = []
for row in rows:
    if row.get("secret"):
        key = OctKey.import_key(row["secret"])
    else:
        usable = [k for k in row["keys"]["keys"] if k.get("use") == "sig" and k.get("crv") != "P-521"]
        key = KeySet.import_key_set({"keys": usable})
    try:
        token = jwt.decode(row["token"], key, algorithms=[row["alg"]])
        good = token.claims == row["claims"] if row["good"] else True
    except (JoseError, ValueError):
        good = False
    if good != row["good"]:
        disagreements.append(f"{row['alg']}: ours {row['good']}, joserfc {good}")
algorithms = sorted({row["alg"] for row in rows})
print(f"joserfc: {len(rows)} tokens, {len(disagreements)} disagreements ({' '.join(algorithms)})")
if disagreements or not rows:
    sys.exit("\n".join(disagreements) or "no tokens were written")
