// A station's slot in a folder of simulated cards.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cicada/base/error.h"
#include "cicada/host/line/feeder.h"
#include "cicada/tools/magazine/magazine.h"
#include "cicada/tools/magazine/simulated_card.h"

namespace cicada::tools::magazine {

class SlotFeeder final : public host::line::Feeder {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<SlotFeeder>> create(Magazine& magazine, std::filesystem::path slot,
                                                                        std::string name);
  SlotFeeder(const SlotFeeder&) = delete;
  SlotFeeder& operator=(const SlotFeeder&) = delete;
  SlotFeeder(SlotFeeder&&) = delete;
  SlotFeeder& operator=(SlotFeeder&&) = delete;
  ~SlotFeeder() override;

  [[nodiscard]] base::Result<bool> occupied() override;
  /// Of a damaged card file too: malformed.
  [[nodiscard]] base::Result<host::transport::Transport*> next() override;
  [[nodiscard]] base::Result<host::transport::Transport*> reset() override;
  [[nodiscard]] base::Result<void> put(host::line::Tray tray) override;
  /// A folder that is gone stays away.
  [[nodiscard]] bool reader_is_back() override { return false; }
  void stop_waiting() override {}  // nobody is waited for
  /// The card's file without its ending: the chip's number.
  [[nodiscard]] std::string label() const override;
  [[nodiscard]] std::string name() const override { return name_; }

 private:
  SlotFeeder(Magazine& magazine, std::filesystem::path slot, std::string name, int lock)
      : magazine_(magazine), slot_(std::move(slot)), name_(std::move(name)), lock_(lock) {}
  [[nodiscard]] base::Result<std::optional<std::filesystem::path>> card_in_slot() const;

  Magazine& magazine_;
  std::filesystem::path slot_;
  std::string name_;
  int lock_;  ///< the folder, open and locked as long as this lives
  SystemWorld world_;
  bool empty_ = false;  ///< the slot, as far as is known: the folder is locked, so nobody else puts cards into it
  std::filesystem::path file_ = {};  ///< of the card in the slot, once next() saw it
  std::unique_ptr<SimulatedCard> card_ = {};
};

}  // namespace cicada::tools::magazine
