#include "gp_link.h"

#include <utility>

#include "cicada/base/hex.h"
#include "cicada/host/gp/open_channel.h"

namespace cicada::tools {

namespace gp = host::gp;

namespace {

std::expected<gp::ChannelOptions, Exit> channel_options(const GpOptions& given, GpCard& card) {
  gp::ChannelOptions options;
  if (!given.protocol.empty()) options.protocol = given.protocol == "02" ? gp::Protocol::scp02 : gp::Protocol::scp03;
  const auto version = octet_from("--key-version", given.key_version);
  if (!version) return std::unexpected{version.error()};
  options.key_version = *version;
  if (!given.level.empty()) {
    const auto level = octet_from("--level", given.level);
    if (!level) return std::unexpected{level.error()};
    options.level = *level;
  }
  options.aid = base::to_bytes(card.domain().octets());
  if (const auto recognition = card.recognition()) {
    if (const auto followed = gp::follow(*recognition, options); !followed) {
      return std::unexpected{complain(given.card.subject(), followed.error())};
    }
  }
  if (given.s16) options.mode = gp::Scp03Mode::s16;
  return options;
}

}  // namespace

std::expected<std::uint8_t, Exit> octet_from(const std::string& option, const std::string& text) {
  const auto octets = base::from_hex(text);
  if (octets && octets->size() == 1) return octets->front();
  return std::unexpected{complain(option + " " + text, "not two hexadecimal digits", Exit::bad_input)};
}

std::expected<gp::Aid, Exit> aid_from(const std::string& option, const std::string& text) {
  auto aid = gp::Aid::from_text(text);
  if (!aid) return std::unexpected{complain(option, aid.error())};
  return *std::move(aid);
}

void KeyOptions::add_to(CLI::App& command, const std::string& prefix, const std::string& what) {
  auto* which = command.add_option_group(what, what);
  which
      ->add_option("--" + prefix + "keys", keys,
                   "File of static keys: K-ENC, K-MAC, K-DEK in hexadecimal, one a line, or one key that is all three")
      ->check(not_empty())
      ->type_name("FILE");
  auto* from_master =
      which->add_option("--" + prefix + "master", master, "File of a master key, from which each chip's keys follow")
          ->check(not_empty())
          ->type_name("FILE");
  which->require_option(1);
  command.add_option("--" + prefix + "diversify", diversify, "How they follow: kdf3, emv or visa2")
      ->check(CLI::IsMember({"kdf3", "emv", "visa2"}))
      ->capture_default_str()
      ->needs(from_master);
}

std::expected<gp::KeySource, Exit> KeyOptions::source() const {
  if (!keys.empty()) {
    auto read = gp::read_static_keys(keys);
    if (!read) return std::unexpected{complain(keys.string(), read.error())};
    return gp::undiversified(*std::move(read));
  }
  const auto read = gp::read_master_key_of_any_size(master);
  if (!read) return std::unexpected{complain(master.string(), read.error())};
  return gp::diversified(*read, gp::diversification_named(diversify).value_or(gp::Diversification::kdf3));
}

void GpCardOptions::add_to(CLI::App& command) {
  card.add_to(command);
  command.add_option("--domain", domain, "AID of the security domain; without it, the one selected by default")
      ->check(not_empty())
      ->type_name("AID");
  command.add_flag("--json", json, "Print one JSON object");
}

void GpOptions::add_to(CLI::App& command) {
  GpCardOptions::add_to(command);
  keys.add_to(command, "", "Keys of the security domain");
  command.add_option("--scp", protocol, "Secure channel protocol; without it, the one that the card names")
      ->check(CLI::IsMember({"02", "03"}));
  command.add_option("--key-version", key_version, "Key version, two hexadecimal digits; 00: the card chooses")
      ->capture_default_str()
      ->type_name("HH");
  command
      .add_option("--level", level, "Security level, two hexadecimal digits; without it 33 with SCP03, 03 with SCP02")
      ->type_name("HH");
  command.add_flag("--s16", s16, "SCP03 in S16 mode, also when the card does not say so");
}

std::expected<std::unique_ptr<GpCard>, Exit> GpCard::open(const GpCardOptions& options) {
  auto world = std::make_unique<SystemWorld>();
  auto transport = open_card(options.card, *world);
  if (!transport) return std::unexpected{complain(options.card.subject(), transport.error())};
  std::unique_ptr<GpCard> card{new GpCard{*std::move(transport), std::move(world)}};
  if (options.domain.empty()) {
    const auto selected = gp::select_default(card->channel_);
    if (!selected) return std::unexpected{complain(options.card.subject(), selected.error())};
    card->domain_ = *selected;
    return card;
  }
  const auto named = aid_from("--domain", options.domain);
  if (!named) return std::unexpected{named.error()};
  if (const auto selected = gp::select(card->channel_, *named); !selected) {
    return std::unexpected{complain(options.card.subject(), selected.error())};
  }
  card->domain_ = *named;
  return card;
}

std::optional<gp::Recognition> GpCard::recognition() {
  const auto data = gp::get_data(channel_, gp::kTagCardRecognition);
  if (!data) return std::nullopt;
  auto recognition = gp::parse_recognition(*data);
  if (!recognition) return std::nullopt;
  return *std::move(recognition);
}

Exit with_channel(const GpOptions& options, const std::function<Exit(GpCard&, gp::SecureChannel&)>& work) {
  const auto keys = options.keys.source();  // before the card is touched: a typing error costs it nothing
  if (!keys) return keys.error();
  const auto card = GpCard::open(options);
  if (!card) return card.error();
  const auto wanted = channel_options(options, **card);
  if (!wanted) return wanted.error();
  base::SystemRng rng;
  const auto channel = gp::open_channel((*card)->channel(), *keys, rng, *wanted);
  if (!channel) return complain(options.card.subject(), channel.error());
  return work(**card, **channel);
}

}  // namespace cicada::tools
