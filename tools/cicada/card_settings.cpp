#include "card_settings.h"

#include <toml++/toml.h>
#include <algorithm>
#include <array>

#include "cicada/asn1/oid.h"
#include "cicada/base/file.h"
#include "cicada/base/hex.h"

namespace cicada::tools {
namespace {

namespace applet = applet_sim::applet;
namespace mbedtls = crypto::mbedtls;

/// No card.toml is larger.
constexpr std::size_t kMaxSize = 65'536;

std::unexpected<base::Error> refuse(const toml::node& node, base::Literal what) {
  return base::fail({.fault = base::Fault::bad_input,
                     .what = what,
                     .hint = "card.toml: docs/command-line.md shows what it may hold",
                     .at = node.source().begin.line});
}

/// Every key of `table` must be one of `known`: a name that is misspelt would be a chip that is silently another.
template <std::size_t N>
base::Result<void> check_names(const toml::table& table, const std::array<std::string_view, N>& known) {
  for (const auto& [name, node] : table) {
    if (std::ranges::find(known, name.str()) == known.end()) return refuse(node, "an unknown name");
  }
  return {};
}

base::Result<std::string> text_at(const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  if (!text) return refuse(node, "not a text");
  return *text;
}

base::Result<std::uint8_t> octet_at(const toml::node& node) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || *number < 0 || *number > 255) return refuse(node, "not a number from 0 to 255");
  return static_cast<std::uint8_t>(*number);
}

base::Result<base::SecretBytes> secret_at(const toml::node& node) {
  CICADA_TRY(auto text, text_at(node));
  auto octets = base::from_hex(text);
  if (!octets || octets->empty()) return refuse(node, "not hexadecimal");
  return base::SecretBytes{std::move(*octets)};
}

/// Standardized domain parameters (9303-11 §9.5.1) as the card's crypto room names them.
constexpr std::array kModps = {mbedtls::Modp::modp_1024_160, mbedtls::Modp::modp_2048_224,
                               mbedtls::Modp::modp_2048_256};
constexpr std::uint8_t kFirstCurve = 8;
constexpr std::array kCurves = {
    mbedtls::Curve::p192,
    mbedtls::Curve::brainpool_p192r1,
    mbedtls::Curve::p224,
    mbedtls::Curve::brainpool_p224r1,
    mbedtls::Curve::p256,
    mbedtls::Curve::brainpool_p256r1,
    mbedtls::Curve::brainpool_p320r1,
    mbedtls::Curve::p384,
    mbedtls::Curve::brainpool_p384r1,
    mbedtls::Curve::brainpool_p512r1,
    mbedtls::Curve::p521,
};

using Secret = std::variant<applet::EcSecret, applet::DhSecret>;

/// `domain` and `private_key`, which both kinds of key have.
base::Result<Secret> key_at(const toml::table& table) {
  const auto* domain_node = table.get("domain");
  const auto* key_node = table.get("private_key");
  if (domain_node == nullptr || key_node == nullptr) return refuse(table, "a key has a domain and a private_key");
  CICADA_TRY(const auto domain, octet_at(*domain_node));
  CICADA_TRY(auto secret, secret_at(*key_node));
  if (domain < kModps.size()) return applet::DhSecret{.group = kModps.at(domain), .exponent = std::move(secret)};
  if (domain < kFirstCurve || domain - kFirstCurve >= static_cast<int>(kCurves.size())) {
    return refuse(*domain_node, "not the number of standardized domain parameters");
  }
  const auto curve = kCurves.at(domain - kFirstCurve);
  if (secret.size() != mbedtls::order_size(curve)) return refuse(*key_node, "not as long as the order of the curve");
  return applet::EcSecret{.curve = curve, .scalar = std::move(secret)};
}

base::Result<std::vector<base::Bytes>> protocols_at(const toml::node& node) {
  const auto* list = node.as_array();
  if (list == nullptr || list->size() > applet::kMaxChipProtocols) return refuse(node, "not a list of at most four");
  std::vector<base::Bytes> protocols;
  for (const auto& element : *list) {
    CICADA_TRY(const auto text, text_at(element));
    const auto oid = asn1::Oid::from_dotted(text);
    if (!oid) return refuse(element, "not an object identifier in dotted form");
    protocols.push_back(base::to_bytes(oid->content()));
  }
  return protocols;
}

base::Result<applet::ChipKey> chip_key_at(const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) return refuse(node, "not a table");
  CICADA_CHECK(check_names(*table, std::array<std::string_view, 4>{"id", "domain", "private_key", "protocols"}));
  applet::ChipKey key{.id = {}, .secret = {}, .protocols = {}};
  CICADA_TRY(key.secret, key_at(*table));
  if (const auto* id = table->get("id")) {
    CICADA_TRY(key.id, octet_at(*id));
  }
  if (const auto* protocols = table->get("protocols")) {
    CICADA_TRY(key.protocols, protocols_at(*protocols));
  }
  return key;
}

base::Result<mbedtls::HashAlgorithm> hash_at(const toml::node& node) {
  using enum mbedtls::HashAlgorithm;
  constexpr std::array<std::pair<std::string_view, mbedtls::HashAlgorithm>, 5> kHashes = {
      {{"sha1", sha1}, {"sha224", sha224}, {"sha256", sha256}, {"sha384", sha384}, {"sha512", sha512}}};
  CICADA_TRY(const auto name, text_at(node));
  const auto* found = std::ranges::find(kHashes, name, [](const auto& hash) { return hash.first; });
  if (found == kHashes.end()) return refuse(node, "not one of sha1, sha224, sha256, sha384, sha512");
  return found->second;
}

base::Result<applet::ActiveKey> active_key_at(const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) return refuse(node, "not a table");
  CICADA_CHECK(check_names(*table, std::array<std::string_view, 3>{"domain", "private_key", "hash"}));
  CICADA_TRY(auto secret, key_at(*table));
  auto* curve = std::get_if<applet::EcSecret>(&secret);
  if (curve == nullptr) return refuse(node, "active authentication has no Diffie-Hellman key");
  applet::ActiveKey key{.secret = std::move(*curve), .hash = mbedtls::HashAlgorithm::sha256};
  if (const auto* hash = table->get("hash")) {
    CICADA_TRY(key.hash, hash_at(*hash));
  }
  return key;
}

base::Result<std::optional<std::string>> password_at(const toml::table& table, std::string_view name,
                                                     std::size_t shortest, std::size_t longest) {
  const auto* node = table.get(name);
  if (node == nullptr) return std::nullopt;
  CICADA_TRY(auto text, text_at(*node));
  if (text.size() < shortest || text.size() > longest) return refuse(*node, "a password of another length");
  return text;
}

base::Result<CardSettings> settings_in(const toml::table& table) {
  CICADA_CHECK(
      check_names(table, std::array<std::string_view, 6>{"bac", "can", "pin", "puk", "chip_key", "active_key"}));
  CardSettings settings;
  if (const auto* bac = table.get("bac")) {
    const auto value = bac->value_exact<bool>();
    if (!value) return refuse(*bac, "neither true nor false");
    settings.bac = *value;
  }
  CICADA_TRY(settings.can, password_at(table, "can", 6, 6));
  CICADA_TRY(settings.pin, password_at(table, "pin", 4, 16));
  CICADA_TRY(settings.puk, password_at(table, "puk", 4, 16));
  if (const auto* keys = table.get("chip_key")) {
    const auto* list = keys->as_array();
    if (list == nullptr || list->size() > applet::kMaxChipKeys) return refuse(*keys, "not a list of at most four");
    for (const auto& element : *list) {
      CICADA_TRY(auto key, chip_key_at(element));
      settings.chip_keys.push_back(std::move(key));
    }
  }
  if (const auto* key = table.get("active_key")) {
    CICADA_TRY(settings.active_key, active_key_at(*key));
  }
  return settings;
}

}  // namespace

base::Result<CardSettings> read_card_settings(const std::filesystem::path& folder) {
  const auto text = base::read_file(folder / "card.toml", kMaxSize);
  if (!text && text.error().fault == base::Fault::not_found) return CardSettings{};
  if (!text) return std::unexpected(text.error());
  try {
    const auto table = toml::parse(base::as_text(*text));
    return settings_in(table);
  } catch (const toml::parse_error& error) {
    return base::fail(
        {.fault = base::Fault::bad_input, .what = "card.toml is not TOML", .at = error.source().begin.line});
  }
}

}  // namespace cicada::tools
