// A real reader with a person beside it: cards come and go by hand, or by a machine that reads the prompts.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/transport/pcsc.h"

namespace cicada::tools {

/// Says what is to be done at a reader: "take the card out: GOOD".
using Prompt = std::function<void(const std::string& reader, const std::string& text)>;

class PcscFeeder final : public host::line::Feeder {
 public:
  /// `reader` as cicada readers shows it, or a part that fits one. `stop` ends every wait for a person.
  PcscFeeder(std::string reader, std::stop_token stop, Prompt prompt)
      : reader_(std::move(reader)), stop_(std::move(stop)), prompt_(std::move(prompt)) {}

  /// Waits for a card, looking twice a second. nullptr when a stop was asked for.
  [[nodiscard]] base::Result<host::transport::Transport*> next() override;
  [[nodiscard]] base::Result<host::transport::Transport*> reset() override;
  /// Waits until the card was taken out.
  [[nodiscard]] base::Result<void> put(host::line::Tray tray) override;
  [[nodiscard]] std::string name() const override { return reader_; }

 private:
  /// Fails with transport when the reader, or the service, is gone.
  [[nodiscard]] base::Result<bool> card_is_in() const;
  /// False when a stop was asked for.
  [[nodiscard]] base::Result<bool> wait_until(bool in) const;

  std::string reader_;
  std::stop_token stop_;
  Prompt prompt_;
  std::unique_ptr<host::transport::PcscTransport> card_ = {};
};

}  // namespace cicada::tools
