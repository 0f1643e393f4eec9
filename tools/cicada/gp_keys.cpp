// cicada gp put-key, lock, unlock, secure: who may manage a card, and whether its applications may be used.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cicada/base/hex.h"
#include "cicada/host/gp/card_manager.h"
#include "gp.h"
#include "gp_link.h"

namespace cicada::tools {
namespace {

namespace gp = host::gp;

struct PutKeyOptions : GpOptions {
  KeyOptions fresh;
  std::string version;
  std::string replaced = "00";
  std::string type;
};

gp::KeyType type_of(const PutKeyOptions& options, const gp::SecureChannel& channel) {
  if (options.type.empty()) {
    return channel.card().protocol == gp::Protocol::scp02 ? gp::KeyType::tdes : gp::KeyType::aes;
  }
  return options.type == "3des" ? gp::KeyType::tdes : gp::KeyType::aes;
}

base::Result<nlohmann::json> put(const PutKeyOptions& options, const gp::KeySource& fresh, std::uint8_t version,
                                 std::uint8_t replaced, gp::SecureChannel& channel) {
  CICADA_TRY(const auto keys, fresh(channel.card().serial));
  const auto type = type_of(options, channel);
  CICADA_CHECK(gp::CardManager{channel}.put_keys(keys, type, version, replaced));
  auto checks = nlohmann::json::array();
  for (const auto key : {keys.k_enc.expose(), keys.k_mac.expose(), keys.k_dek.expose()}) {
    CICADA_TRY(const auto check, gp::key_check_value(type, key));
    checks.push_back(base::to_hex(check));
  }
  return nlohmann::json{{"key_version", fmt::format("{:02X}", version)}, {"check_values", std::move(checks)}};
}

Exit run(const PutKeyOptions& options) {
  const auto version = octet_from("--new-version", options.version);
  if (!version) return version.error();
  const auto replaced = octet_from("--replace", options.replaced);
  if (!replaced) return replaced.error();
  const auto fresh = options.fresh.source();
  if (!fresh) return fresh.error();
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    const auto done = put(options, *fresh, *version, *replaced, channel);
    if (!done) return complain(options.card.subject(), done.error());
    if (options.json) {
      std::cout << done->dump(2) << '\n';
    } else {
      std::cout << fmt::format(
          "key version {:02X}: check values {} {} {}\n", *version, done->at("check_values").at(0).get<std::string>(),
          done->at("check_values").at(1).get<std::string>(), done->at("check_values").at(2).get<std::string>());
    }
    return Exit::done;
  });
}

struct LockOptions : GpOptions {
  std::string name;
  bool whole_card = false;
  bool terminate = false;
  bool for_good = false;
};

Exit tell(const GpOptions& options, std::string_view what, std::string_view state, const base::Result<void>& done) {
  if (!done) return complain(what, done.error());
  std::cout << (options.json ? nlohmann::json{{"what", what}, {"state", state}}.dump(2)
                             : fmt::format("{}: {}", what, state))
            << '\n';
  return Exit::done;
}

Exit set_card(const LockOptions& options, gp::CardState state, std::string_view name) {
  if (state == gp::CardState::terminated && !options.for_good) {
    return complain("--terminate", "a terminated card is waste: add --for-good to say that this is meant",
                    Exit::bad_input);
  }
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    return tell(options, "card", name, gp::CardManager{channel}.set_card_state(state, options.for_good));
  });
}

/// From where the card stands now, and only from there.
Exit to_secured(const GpOptions& options, base::Result<void> (gp::CardManager::*how)()) {
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    gp::CardManager manager{channel};
    return tell(options, "card", "SECURED", (manager.*how)());
  });
}

Exit set_application(const LockOptions& options, bool locked) {
  const auto name = aid_from("AID", options.name);
  if (!name) return name.error();
  return with_channel(options, [&](GpCard&, gp::SecureChannel& channel) {
    return tell(options, name->to_text(), locked ? "locked" : "unlocked",
                gp::CardManager{channel}.lock_application(*name, locked));
  });
}

/// The application, or the card. Returns the group, for more that can be meant.
CLI::Option_group* add_subject(CLI::App& command, LockOptions& options) {
  options.add_to(command);
  auto* what = command.add_option_group("what", "What is meant");
  what->add_option("AID", options.name, "An application")->check(not_empty());
  what->add_flag("--whole-card", options.whole_card, "The card: locked, it lets only its security domain be selected");
  what->require_option(1);
  return what;
}

}  // namespace

void add_gp_put_key(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("put-key", "Give the security domain other keys, and compare their check values.");
  auto options = std::make_shared<PutKeyOptions>();
  options->add_to(*command);
  options->fresh.add_to(*command, "new-", "The new keys");
  command->add_option("--new-version", options->version, "Version of the new keys, 01 to 7F")
      ->required()
      ->type_name("HH");
  command->add_option("--replace", options->replaced, "Version that they replace; 00: none")
      ->capture_default_str()
      ->type_name("HH");
  command->add_option("--type", options->type, "aes or 3des; without it, what the channel's protocol uses")
      ->check(CLI::IsMember({"aes", "3des"}));
  command->callback([options, &outcome] { outcome.exit = run(*options); });
}

void add_gp_lock(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("lock", "Lock an application or the card, or make an end of the card.");
  auto options = std::make_shared<LockOptions>();
  auto* what = add_subject(*command, *options);
  what->add_flag("--terminate", options->terminate, "The card, and there is no way back");
  command->add_flag("--for-good", options->for_good, "With --terminate: it is meant");
  command->callback([options, &outcome] {
    if (options->terminate) {
      outcome.exit = set_card(*options, gp::CardState::terminated, "TERMINATED");
    } else if (options->whole_card) {
      outcome.exit = set_card(*options, gp::CardState::locked, "CARD_LOCKED");
    } else {
      outcome.exit = set_application(*options, true);
    }
  });
}

void add_gp_unlock(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("unlock", "Take a lock off an application or the card.");
  auto options = std::make_shared<LockOptions>();
  add_subject(*command, *options);
  command->callback([options, &outcome] {
    outcome.exit =
        options->whole_card ? to_secured(*options, &gp::CardManager::unlock_card) : set_application(*options, false);
  });
}

void add_gp_secure(CLI::App& app, Outcome& outcome) {
  auto* command = app.add_subcommand("secure", "Take the card from INITIALIZED to SECURED, for good.");
  auto options = std::make_shared<GpOptions>();
  options->add_to(*command);
  command->callback([options, &outcome] { outcome.exit = to_secured(*options, &gp::CardManager::secure_card); });
}

}  // namespace cicada::tools
