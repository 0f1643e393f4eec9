// The lower tester of this repository: makes the card of a case out of issuer and simulator, in memory.
#pragma once

#include <memory>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/reader/lower_tester.h"

namespace cicada::tools::lower_tester {

/// One State stands behind all its cards. What was made once is kept, so that a case that comes again costs only the
/// card. Folders with trust material live as long as the bench.
class Bench final : public conformance::reader::LowerTester {
 public:
  /// Makes the State. Fails with crypto, io.
  [[nodiscard]] static base::Result<std::unique_ptr<Bench>> create(base::Rng& rng, const base::Clock& clock);
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  Bench(Bench&&) = delete;
  Bench& operator=(Bench&&) = delete;
  ~Bench() override;

  [[nodiscard]] conformance::model::Checked<void> check(const conformance::reader::CardOrder& order) const override;
  [[nodiscard]] conformance::model::Checked<std::unique_ptr<conformance::reader::CardInField>> make(
      const conformance::reader::CardOrder& order) override;

 private:
  struct State;
  explicit Bench(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cicada::tools::lower_tester
