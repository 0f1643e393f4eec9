// Any octets as a sequence of commands to a blank and to an issued card, with resets in between: every answer is a
// status word of the list with at most as much data as a reader can carry, and an issued card's memory never changes.
#include "cicada/applet_sim/kernel/card.h"

#include "../asn1/promise.h"
#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/base/cursor.h"

using namespace cicada::base;
using namespace cicada::applet_sim;
using cicada::fuzz::promise;

namespace {

kernel::CardContent content() {
  kernel::CardContent content;
  content.files = {
      {.folder = kernel::Folder::mf, .fid = 0x011C, .sfi = 0x1C, .security_condition = 0, .content = Bytes(300, 1)},
      {.fid = 0x0101, .sfi = 0x01, .security_condition = 0, .content = Bytes(40'000, 2)},
      {.fid = 0x0102, .sfi = 0x02, .security_condition = 0x40, .content = Bytes(100, 3)}};
  content.access_keys.emplace();
  return content;
}

void run(kernel::Card& card, ByteView input) {
  card.power_on();
  Cursor cursor{input};
  while (!cursor.at_end()) {
    // Two octets of length, its upper bits: what happens before.
    const auto head = cursor.take_u16();
    if (!head) return;
    if ((*head & 0x8000U) != 0) card.reset();
    const auto size = std::min<std::size_t>(*head & 0x0FFFU, cursor.remaining());
    const auto command = cursor.take(size);
    const auto answer = card.process(*command);
    promise(answer.size() >= 2 && answer.size() <= 65535);
    const auto sw = static_cast<apdu::StatusWord>((answer[answer.size() - 2] << 8U) | answer.back());
    promise(!apdu::sw::name(sw).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  ReplayRng rng{1};
  const FixedClock clock{Instant{}};
  {
    auto cell = std::make_shared<Bytes>();
    const auto card =
        kernel::Card::create_personalized({rng, clock}, std::make_unique<nvm::MemoryStorage>(cell), content());
    promise(card.has_value());
    const auto before = *cell;
    run(**card, input);
    promise(before == *cell);
  }
  const auto blank = kernel::Card::create_blank({rng, clock}, std::make_unique<nvm::MemoryStorage>(), {});
  promise(blank.has_value());
  run(**blank, input);
  promise((*blank)->life_cycle() == kernel::LifeCycle::blank);
  return 0;
}
