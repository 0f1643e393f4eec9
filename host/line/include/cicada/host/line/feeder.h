// Where a station's cards come from, and where they go.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/transport/transport.h"

namespace cicada::host::line {

/// Where a card is put when the station has finished with it.
enum class Tray : std::uint8_t {
  good,
  quarantine,  ///< neither good nor blank: waits for two operators
  back,        ///< untouched: to the blanks again
  slot,        ///< stays where it is: the station stops with the card in hand and finds it again at its next start
};

/// One reader with its magazine. Real: a PC/SC reader and an operator or a handling machine. Simulated: a folder.
class Feeder {
 public:
  Feeder() = default;
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;
  Feeder(Feeder&&) = delete;
  Feeder& operator=(Feeder&&) = delete;
  virtual ~Feeder() = default;

  /// Is a card in the slot already, before next() was called? Then it is asked what it is before there is a job for it.
  /// Fails with transport when the reader is gone.
  [[nodiscard]] virtual base::Result<bool> occupied() = 0;
  /// Puts the next card under power: the one that is still in the slot from before, else a blank. nullptr when the
  /// magazine is empty. Fails with transport when the reader is gone; with malformed when what is in the slot does not
  /// answer as a card does: put(quarantine) takes it away.
  [[nodiscard]] virtual base::Result<host::transport::Transport*> next() = 0;
  /// Resets the card in the slot: sessions are gone.
  [[nodiscard]] virtual base::Result<host::transport::Transport*> reset() = 0;
  [[nodiscard]] virtual base::Result<void> put(Tray tray) = 0;
  /// The reader broke off with a card in work. True: it is there again, and the card can be asked what it is, maybe
  /// after a wait. A feeder that cannot wait for its reader says false, and the station stops.
  [[nodiscard]] virtual bool reader_is_back() = 0;
  /// The line was ordered to stop: whoever waits for a person in next() or put() waits no longer, and next() gives
  /// nullptr. Called by another thread, maybe more than once.
  virtual void stop_waiting() = 0;
  /// What is written on the outside of the card in the slot, if anybody can read that: for one that does not answer.
  [[nodiscard]] virtual std::string label() const = 0;
  /// "reader 3" or the reader's name: for messages and the journal.
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace cicada::host::line
