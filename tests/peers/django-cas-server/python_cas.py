"""What python-cas makes of a ticket, as JSON. usage: python_cas.py VERSION SERVER SERVICE TICKET"""
import json
import sys

import cas

version, server, service, ticket = sys.argv[1:5]
client = cas.CASClient(version=version, server_url=server, service_url=service)
user, attributes, iou = client.verify_ticket(ticket)
json.dump({"user": user, "attributes": attributes, "iou": iou}, sys.stdout)
