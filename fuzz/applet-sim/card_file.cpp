// Any octets as a card file: opened or refused. What was opened is a log, and opening it again gives the same card.
#include <vector>

#include "../asn1/promise.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/applet_sim/nvm/journal.h"

using namespace cicada::base;
using namespace cicada::applet_sim;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto cell = std::make_shared<Bytes>(to_bytes(input));
  std::vector<Bytes> records;
  const auto keep = [&](ByteView record) -> Result<void> {
    records.push_back(to_bytes(record));
    return {};
  };
  if (nvm::Journal::open(std::make_unique<nvm::MemoryStorage>(cell), keep)) {
    const auto first = records;
    records.clear();
    promise(nvm::Journal::open(std::make_unique<nvm::MemoryStorage>(cell), keep).has_value());
    promise(first == records);
  }
  // The checksums keep a fuzzer out of the records: they get the octets directly.
  applet::CardState card;
  const auto changes = applet::decode(input);
  if (!changes) return 0;
  promise(equal(applet::encode(*changes), input));
  for (const auto& change : *changes) {
    const auto before = applet::encode_snapshot(card);
    if (!card.apply(change)) promise(applet::encode_snapshot(card) == before);
  }
  return 0;
}
