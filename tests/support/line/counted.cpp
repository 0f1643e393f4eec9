#include "counted.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kill_points.h"

namespace cicada::test {

using base::Result;
using host::line::Tray;
using host::transport::Transport;

namespace {

/// A life has so many commands of one kind at most that each is a place of its own.
constexpr int kMostOrdinals = 40;

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 22> kInstructions = {{{0x50, "INITIALIZE UPDATE"},
                                                                                      {0x82, "EXTERNAL AUTHENTICATE"},
                                                                                      {0xA4, "SELECT"},
                                                                                      {0xB0, "READ BINARY"},
                                                                                      {0xB1, "READ BINARY"},
                                                                                      {0x84, "GET CHALLENGE"},
                                                                                      {0xE0, "CREATE FILE"},
                                                                                      {0xE4, "DELETE FILE"},
                                                                                      {0xD6, "UPDATE BINARY"},
                                                                                      {0xD7, "UPDATE BINARY"},
                                                                                      {0xDA, "PUT DATA"},
                                                                                      {0xDB, "PUT DATA"},
                                                                                      {0xF0, "SET STATUS"},
                                                                                      {0xCA, "GET DATA"},
                                                                                      {0xE2, "STORE DATA"},
                                                                                      {0xE6, "INSTALL"},
                                                                                      {0xF2, "GET STATUS"},
                                                                                      {0x46, "GENERATE KEY PAIR"},
                                                                                      {0x47, "GENERATE KEY PAIR"},
                                                                                      {0x86, "GENERAL AUTHENTICATE"},
                                                                                      {0x22, "MSE"},
                                                                                      {0x88, "INTERNAL AUTHENTICATE"}}};

std::string_view name_of(Tray tray) {
  switch (tray) {
    case Tray::good: return "good";
    case Tray::quarantine: return "quarantine";
    case Tray::back: return "back";
    case Tray::slot: return "slot";
  }
  return "nowhere";
}

}  // namespace

std::string instruction_name(base::ByteView command) {
  if (command.size() < 2) return "too short";
  const auto* found = std::ranges::find(kInstructions, command[1], &std::pair<std::uint8_t, std::string_view>::first);
  return found == kInstructions.end() ? fmt::format("{:02X}", command[1]) : std::string{found->second};
}

Result<base::Bytes> CountedTransport::transceive(base::ByteView command) {
  if (!KillPoints::listens()) return card_->transceive(command);
  auto name = instruction_name(command);
  int& ordinal = ordinals_[name];
  if (ordinal < kMostOrdinals) ++ordinal;
  name = fmt::format("apdu {} {}", name, ordinal);
  KillPoints::reached(name, "before");
  auto answer = card_->transceive(command);
  KillPoints::reached(name, "after");
  return answer;
}

Transport* CountedFeeder::wrap(Transport* card) {
  if (card == nullptr) return nullptr;
  transport_.insert(*card);
  return &transport_;
}

Result<Transport*> CountedFeeder::next() {
  KillPoints::reached("feeder next, before");
  auto card = FeederProxy::next();
  KillPoints::reached("feeder next, after");
  transport_.begin_life();
  if (!card) return card;
  return wrap(*card);
}

Result<Transport*> CountedFeeder::reset() {
  KillPoints::reached("feeder reset, before");
  auto card = FeederProxy::reset();
  KillPoints::reached("feeder reset, after");
  if (!card) return card;
  return wrap(*card);
}

Result<void> CountedFeeder::put(Tray tray) {
  const auto name = fmt::format("feeder put {}", name_of(tray));
  KillPoints::reached(name, "before");
  auto done = FeederProxy::put(tray);
  KillPoints::reached(name, "after");
  return done;
}

Result<void> CountedVault::before(std::string_view call) {
  if (KillPoints::listens()) KillPoints::reached(fmt::format("hsm {}", call), "before");
  return {};
}

void CountedVault::after(std::string_view call) {
  if (KillPoints::listens()) KillPoints::reached(fmt::format("hsm {}", call), "after");
}

}  // namespace cicada::test
