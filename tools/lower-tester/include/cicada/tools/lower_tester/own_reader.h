// The reader of this repository under test: the code behind `cicada read`, in this process.
#pragma once

#include <memory>

#include "cicada/base/clock.h"
#include "cicada/base/rng.h"
#include "cicada/conformance/reader/reader_under_test.h"

namespace cicada::tools::lower_tester {

/// Reads everything that the terminal may read and judges it as `cicada read` does. Successful: every check that
/// matters has passed.
class OwnReader final : public conformance::reader::ReaderUnderTest {
 public:
  OwnReader(base::Rng& rng, const base::Clock& clock) noexcept : rng_(rng), clock_(clock) {}

  [[nodiscard]] std::string name() const override { return "cicada read, in this process"; }
  [[nodiscard]] conformance::reader::Judgement inspect(conformance::reader::CardInField& card) override;

 private:
  base::Rng& rng_;
  const base::Clock& clock_;
};

}  // namespace cicada::tools::lower_tester
