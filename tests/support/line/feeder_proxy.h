// A feeder that hands everything on to another one: what a test wants to stand in between overrides.
#pragma once

#include "cicada/host/line/feeder.h"

namespace cicada::test {

/// Borrows the feeder.
class FeederProxy : public host::line::Feeder {
 public:
  explicit FeederProxy(host::line::Feeder& inner) : inner_(inner) {}

  base::Result<bool> occupied() override { return inner_.occupied(); }
  base::Result<host::transport::Transport*> next() override { return inner_.next(); }
  base::Result<host::transport::Transport*> reset() override { return inner_.reset(); }
  base::Result<void> put(host::line::Tray tray) override { return inner_.put(tray); }
  bool reader_is_back() override { return inner_.reader_is_back(); }
  void stop_waiting() override { inner_.stop_waiting(); }
  [[nodiscard]] std::string label() const override { return inner_.label(); }
  [[nodiscard]] std::string name() const override { return inner_.name(); }

 private:
  host::line::Feeder& inner_;
};

}  // namespace cicada::test
