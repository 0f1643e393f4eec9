// The reference card P18 on the scripted card: what most cases of this group read.
#pragma once

#include <variant>
#include <vector>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/transport/loopback.h"
#include "fake_card.h"
#include "reference_card.h"

namespace cicada::test {

/// The reference card, made once: its RSA key takes a moment.
[[nodiscard]] const tests::ReferenceCard& reference();

/// A card with the reference document, a wire to it, and the options to read it with.
struct DocumentOnCard {
  DocumentOnCard();

  FakeCard card;
  host::transport::LoopbackTransport wire{[this](base::ByteView command) { return card.process(command); }};
  host::iso7816::Channel channel{wire};
  base::ReplayRng rng{1};
  base::FixedClock clock;  ///< a moment after the reference card's country was made
  host::inspect::InspectionOptions options;
  std::vector<host::inspect::Event> events;
  std::vector<host::lds::Ef> order;  ///< the files in the order in which they were complete

  base::Result<host::inspect::Inspection> read();
  /// Every file of the reference card came, octet by octet.
  [[nodiscard]] static bool complete(const host::inspect::Inspection& inspection);
};

}  // namespace cicada::test
