// Any octets as commands that came through the secure channel: files are made and written without the channel's
// cryptography. The state that its changes make is the state that its record makes again.
#include "cicada/applet_sim/applet/personalization.h"

#include "../asn1/promise.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/base/cursor.h"

using namespace cicada::base;
using namespace cicada::applet_sim;
using cicada::fuzz::promise;

namespace {

applet::CardState replayed(ByteView record) {
  applet::CardState card;
  const auto changes = applet::decode(record);
  promise(changes.has_value());
  for (const auto& change : *changes) promise(card.apply(change).has_value());
  return card;
}

void apply(const applet::Reply& reply, applet::CardState& card, applet::Selection& selection) {
  for (const auto& effect : reply.effects) {
    if (const auto* change = std::get_if<applet::Change>(&effect)) promise(card.apply(*change).has_value());
    if (const auto* select = std::get_if<applet::Select>(&effect)) selection = select->to;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  applet::CardState card;
  applet::Selection selection;
  const security::SecurityStatus status;
  const std::optional<protocol::bac::Challenge> challenge;
  ReplayRng rng{1};
  Cursor cursor{ByteView{data, size}};
  while (!cursor.at_end()) {
    const auto length = cursor.take_u8();
    const auto command = cursor.take(std::min<std::size_t>(*length, cursor.remaining()));
    const auto parsed = apdu::parse_command(*command);
    if (!parsed) continue;
    const applet::Context context{
        .card = card, .selection = selection, .status = status, .challenge = challenge, .secured = true, .rng = rng};
    const auto reply = applet::personalize(context, *parsed);
    promise(!reply.response.is_error() || reply.effects.empty());
    apply(reply, card, selection);
  }
  const auto snapshot = applet::encode_snapshot(card);
  promise(applet::encode_snapshot(replayed(snapshot)) == snapshot);
  return 0;
}
