"""A bridge: pushes the messages that come on standard input and "sends" effects by printing them, each line one of JSON."""

import json
import sys
import threading

import grpc
import grpc_tools.protoc  # noqa: F401  the compiler behind grpc.protos_and_services

ADDRESS, TOKEN, PROTO = sys.argv[1:]
sys.path.insert(0, PROTO)
messages, services = grpc.protos_and_services("bridge.proto")
METADATA = [("authorization", "Bearer " + TOKEN)]
SENT = {}


def receive(bridge):
    for effect in bridge.Receive(messages.ReceiveRequest(), metadata=METADATA):
        if effect.effect_key not in SENT:
            SENT[effect.effect_key] = f"m{len(SENT)}"
            print(json.dumps({"sent": effect.effect_key, "to": effect.to, "text": effect.text}), flush=True)
        outcome = {"error": "no such person"} if effect.to == "nobody" else {"message_id": SENT[effect.effect_key]}
        bridge.Confirm(messages.ConfirmRequest(effect_key=effect.effect_key, **outcome), metadata=METADATA)


def lines():
    for line in sys.stdin:
        push = messages.PushRequest(**json.loads(line))
        push.sent_at.GetCurrentTime()
        yield push


bridge = services.BridgeStub(grpc.insecure_channel(ADDRESS))
threading.Thread(target=receive, args=(bridge,), daemon=True).start()
for receipt in bridge.Push(lines(), metadata=METADATA):
    print(json.dumps({"receipt": receipt.external_id}), flush=True)
