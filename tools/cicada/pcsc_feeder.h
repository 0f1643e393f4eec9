// A real reader with a person beside it: cards come and go by hand, or by a machine that reads the prompts.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app.h"
#include "cicada/base/error.h"
#include "cicada/host/line/feeder.h"
#include "cicada/host/transport/pcsc.h"

namespace cicada::tools {

/// Says what is to be done at a reader: "take the card out: GOOD".
using Prompt = std::function<void(const std::string& reader, const std::string& text)>;

/// The whole names of the readers that `names` are parts of, each of one reader; of all that there are with `all`.
/// Errors have been said: no such reader, several, the same one twice, no service.
[[nodiscard]] std::expected<std::vector<std::string>, Exit> readers_named(const std::vector<std::string>& names,
                                                                          bool all);

/// It looks at its reader ten times a second. A reader or a service that is gone is waited for, like a person; what a
/// new card is, and whether it is the one that was there before, the station asks the card.
class PcscFeeder final : public host::line::Feeder {
 public:
  /// `reader`: its whole name. `stop` ends every wait.
  PcscFeeder(std::string reader, std::stop_token stop, Prompt prompt)
      : reader_(std::move(reader)), stop_(std::move(stop)), prompt_(std::move(prompt)) {}

  [[nodiscard]] base::Result<bool> occupied() override;
  /// Waits for a card. nullptr when a stop was asked for.
  [[nodiscard]] base::Result<host::transport::Transport*> next() override;
  /// Fails with card_removed also when another card is there now.
  [[nodiscard]] base::Result<host::transport::Transport*> reset() override;
  /// Waits until the card was taken out.
  [[nodiscard]] base::Result<void> put(host::line::Tray tray) override;
  [[nodiscard]] bool reader_is_back() override;
  void stop_waiting() override { stopped_ = true; }
  [[nodiscard]] std::string label() const override { return {}; }  // a reader sees no outside
  [[nodiscard]] std::string name() const override { return reader_; }

 private:
  struct Seen {
    bool reader = false, card = false;
    std::uint16_t changes = 0;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  [[nodiscard]] Seen look() const;
  /// Says `what` unless `enough` holds at once or it was `said`, and looks until it does. False when a stop was asked
  /// for.
  [[nodiscard]] bool wait_until(const std::function<bool(const Seen&)>& enough, const std::string& what,
                                bool said = false);
  [[nodiscard]] bool is_stopped() const noexcept { return stopped_ || stop_.stop_requested(); }
  void settle() const;
  void pause() const;

  std::string reader_;
  std::stop_token stop_;
  std::atomic<bool> stopped_ = false;
  Prompt prompt_;
  std::unique_ptr<host::transport::PcscTransport> card_ = {};
  Seen seen_ = {};        ///< when the card in hand came
  bool in_hand_ = false;  ///< a card was given to the station that has not been put anywhere
};

}  // namespace cicada::tools
