#include "cicada/applet_sim/applet/card_state.h"

namespace cicada::applet_sim::applet {
namespace {

/// One overload for each change.
class Applier {
 public:
  explicit Applier(CardState& card) noexcept : card_(card) {}

  base::Result<void> operator()(const Initialize& change) {
    card_.serial = change.serial;
    return {};
  }
  base::Result<void> operator()(const SetTransportKeys& change) {
    card_.transport_keys = change.keys.clone();
    return {};
  }
  base::Result<void> operator()(const SetSequenceCounter& change) {
    if (change.value < card_.sequence_counter) return out_of_order();
    card_.sequence_counter = change.value;
    return {};
  }
  base::Result<void> operator()(const CreateFile& change) {
    CICADA_CHECK(card_.files.create(change.spec));
    return {};
  }
  base::Result<void> operator()(const WriteBinary& change) {
    return card_.files.write(change.file, change.offset, change.data);
  }
  base::Result<void> operator()(const SetAccessKeys& change) {
    card_.access_keys = change.keys.clone();
    return {};
  }
  base::Result<void> operator()(const SetLifeCycle& change) {
    if (change.to < card_.life_cycle) return out_of_order();
    card_.life_cycle = change.to;
    return {};
  }

 private:
  static std::unexpected<base::Error> out_of_order() {
    return base::fail({.fault = base::Fault::conflict, .what = "a card's counters and life cycle only go forward"});
  }

  CardState& card_;
};

}  // namespace

base::Result<void> CardState::apply(const Change& change) {
  return std::visit(Applier{*this}, change);
}

}  // namespace cicada::applet_sim::applet
