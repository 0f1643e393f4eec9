// A card's issuer security domain, as the subcommands of `cicada gp` reach it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app.h"
#include "card_link.h"
#include "cicada/host/gp/aid.h"
#include "cicada/host/gp/card_data.h"
#include "cicada/host/gp/diversify.h"
#include "cicada/host/gp/keys.h"
#include "cicada/host/gp/secure_channel.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::tools {

/// Which keys: a file of static keys, or a master key and how each chip's keys follow from it. Never on the command
/// line itself, where everybody on the machine can read them.
struct KeyOptions {
  std::filesystem::path keys;
  std::filesystem::path master;
  std::string diversify = "kdf3";

  /// `--keys`, `--master`, `--diversify`, each behind `prefix` ("new-"); one of the first two is needed.
  void add_to(CLI::App& command, const std::string& prefix, const std::string& what);
  [[nodiscard]] std::expected<host::gp::KeySource, Exit> source() const;
};

/// `--reader` or `--card`, and the security domain.
struct GpCardOptions {
  CardOptions card;
  std::string domain;  ///< AID in hexadecimal; empty: whoever is selected by default
  bool json = false;

  void add_to(CLI::App& command);
};

/// The secure channel's options besides.
struct GpOptions : GpCardOptions {
  KeyOptions keys;
  std::string protocol;
  std::string key_version = "00";
  std::string level;
  bool s16 = false;

  void add_to(CLI::App& command);
};

/// A card whose security domain is selected.
class GpCard {
 public:
  [[nodiscard]] static std::expected<std::unique_ptr<GpCard>, Exit> open(const GpCardOptions& options);

  [[nodiscard]] host::iso7816::Channel& channel() noexcept { return channel_; }
  [[nodiscard]] const host::gp::Aid& domain() const noexcept { return domain_; }
  /// What the domain says of itself in the clear; nothing when it says nothing that can be read.
  [[nodiscard]] std::optional<host::gp::Recognition> recognition();

 private:
  explicit GpCard(std::unique_ptr<host::transport::Transport> transport, std::unique_ptr<SystemWorld> world)
      : world_(std::move(world)), transport_(std::move(transport)), channel_(*transport_) {}

  std::unique_ptr<SystemWorld> world_;
  std::unique_ptr<host::transport::Transport> transport_;
  host::iso7816::Channel channel_;
  host::gp::Aid domain_;
};

/// Selects the domain, opens the secure channel, and hands both to `work`. S16 mode and SCP02's option are taken from
/// the card recognition data where the card has them.
[[nodiscard]] Exit with_channel(const GpOptions& options,
                                const std::function<Exit(GpCard&, host::gp::SecureChannel&)>& work);

/// Two hexadecimal digits, as data sheets write versions and levels. Complains about anything else.
[[nodiscard]] std::expected<std::uint8_t, Exit> octet_from(const std::string& option, const std::string& text);
/// An AID given as an argument.
[[nodiscard]] std::expected<host::gp::Aid, Exit> aid_from(const std::string& option, const std::string& text);

}  // namespace cicada::tools
