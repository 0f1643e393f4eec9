// A chip under test that is a function.
#pragma once

#include <functional>

#include "cicada/conformance/terminal/target.h"
#include "cicada/host/transport/loopback.h"

namespace cicada::test {

class FakeTarget final : public conformance::terminal::Target {
 public:
  explicit FakeTarget(host::transport::LoopbackTransport::Card card) : transport_(std::move(card)) {}

  std::function<base::Result<void>()> on_reset = [] { return base::Result<void>{}; };
  std::size_t resets = 0;

  host::transport::Transport& transport() override { return transport_; }
  base::Result<void> reset() override {
    ++resets;
    return on_reset();
  }
  bool can_restore() const noexcept override { return false; }
  base::Result<void> restore() override {
    return base::fail({.fault = base::Fault::unsupported, .what = "this target keeps no copy"});
  }
  std::string describe() const override { return "a function"; }

 private:
  host::transport::LoopbackTransport transport_;
};

}  // namespace cicada::test
