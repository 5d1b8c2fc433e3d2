//! What leaves a replica, in its order.

use super::{Lane, Out};
use crate::{bugs::Bug, world::World};
use engine_core::Effect;
use ids::Shard;

impl Lane {
    /// Puts one flush's messages on the bus, at most `most` of them. Whether any were stored or marked.
    pub(crate) fn publish(&mut self, world: &mut World, most: usize) -> bool {
        let Some(mut out) = self.outgoing.pop_front() else {
            return false;
        };
        if world.bus.away {
            self.outgoing.push_front(out);
            return false;
        }
        for _ in 0..most {
            let Some(message) = out.messages.pop_front() else {
                break;
            };
            store(world, message);
        }
        if out.messages.is_empty() {
            for (shard, epoch, pos) in out.marks {
                let owned = self.shards.get_mut(&shard);
                if let Some(owned) = owned.filter(|owned| owned.epoch == epoch) {
                    owned.published_pos = owned.published_pos.max(pos);
                }
            }
        } else {
            if world.bug(Bug::MarkedTooEarly) {
                for (shard, _, pos) in &out.marks {
                    if let Some(owned) = self.shards.get_mut(shard) {
                        owned.published_pos = owned.published_pos.max(*pos);
                    }
                }
                return true;
            }
            self.outgoing.push_front(out);
        }
        true
    }

    /// Acknowledges what is durable. Lost, it only means that some inputs come again.
    pub(crate) fn ack(&self, world: &mut World, shard: Shard) {
        let durable = world.log.shard(shard);
        if let Some(owned) = self.shards.get(&shard)
            && owned.incarnation == world.bus.incarnation
            && durable.incarnation == world.bus.incarnation
        {
            world.bus.ack(shard, durable.input_seq);
        }
    }
}

fn store(world: &mut World, message: Out) {
    match message {
        Out::Frame(frame) => {
            world.check.frame_is_durable(&world.log, &frame);
            world.bus.frames.push_back(frame);
        }
        Out::Effect(run_id, seq, effect) => {
            world.told(run_id, seq, &effect);
            if let Effect::Request(request) = effect {
                world.bus.effects.push(request);
            }
        }
        Out::Again(run_id, request) => {
            world.check.request_was_meant(&world.log, run_id, &request);
            world.bus.effects.push(request);
        }
        Out::Receipt(receipt) => world.bus.receipts.push_back(receipt),
    }
}
