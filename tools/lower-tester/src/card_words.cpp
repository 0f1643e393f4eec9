#include "cicada/tools/lower_tester/card_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "cicada/host/lds/ef.h"

namespace cicada::tools::lower_tester {

namespace mbedtls = crypto::mbedtls;
using host::lds::Ef;
using host::pki::HashAlgorithm;
using host::pki::SignatureFamily;

namespace {

template <typename T>
using Read = std::expected<T, std::string>;

constexpr std::uint8_t kFirstCurve = 8;  // standardized domain parameters 8 to 18 are curves
constexpr std::uint8_t kLastCurve = 18;
constexpr std::uint8_t kLastGroup = 2;  // and 0 to 2 groups modulo a prime
constexpr std::uint8_t kDefaultDomain = 13;

std::optional<std::size_t> number(std::string_view text, std::size_t most) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const auto to = std::min(text.find(at, from), text.size());
    if (to > from) parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

/// "2.2/13" -> "2.2", "13"; the second part may be absent.
std::pair<std::string_view, std::string_view> pair_of(std::string_view text, char at) {
  const auto middle = text.find(at);
  if (middle == std::string_view::npos) return {text, {}};
  return {text.substr(0, middle), text.substr(middle + 1)};
}

/// The texts that plans borrow.
constexpr std::array<std::string_view, 20> kArcs = {"1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3",
                                                    "2.4", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2",
                                                    "4.3", "4.4", "6.2", "6.3", "6.4", "6.1"};
std::optional<std::string_view> arcs_of(std::string_view text) {
  const auto* const found = std::ranges::find(kArcs, text);
  if (found == kArcs.end()) return std::nullopt;
  return *found;
}

std::optional<mbedtls::Curve> curve_of(std::size_t domain) {
  if (domain < kFirstCurve || domain > kLastCurve) return std::nullopt;
  return static_cast<mbedtls::Curve>(domain - kFirstCurve);
}

std::unexpected<std::string> no(std::string_view what, std::string_view text) {
  return std::unexpected(fmt::format("\"{}\" is no {}", text, what));
}

/// pace=2.2/13,6.2/13
Read<void> read_pace(std::string_view value, Plan& plan) {
  plan.pace.clear();
  for (const auto entry : split(value, ',')) {
    const auto [arcs, domain] = pair_of(entry, '/');
    const auto known = arcs_of(arcs);
    const auto id = number(domain, kLastCurve);
    if (!known || !id) return no("PACE protocol with domain parameters (2.2/13)", entry);
    plan.pace.push_back({.arcs = *known, .domain = static_cast<std::uint8_t>(*id)});
  }
  return {};
}

/// ca=2.1/13@5,1.1/2: protocol, domain of the key, its identifier
Read<void> read_chip_keys(std::string_view value, Plan& plan) {
  plan.chip.clear();
  for (const auto entry : split(value, ',')) {
    const auto [key, id] = pair_of(entry, '@');
    const auto [arcs, domain] = pair_of(key, '/');
    const auto known = arcs_of(arcs);
    const auto numbered = number(domain, kLastCurve);
    const auto reference = number(id, 127);
    if (!known || !numbered || (!id.empty() && !reference)) return no("key of chip authentication (2.1/13@5)", entry);
    ChipKeyPlan plan_of_key{.arcs = {*known}};
    if (reference) plan_of_key.id = static_cast<std::uint8_t>(*reference);
    if (const auto curve = curve_of(*numbered)) {
      plan_of_key.group = *curve;
    } else if (*numbered <= kLastGroup) {
      plan_of_key.group = static_cast<mbedtls::Modp>(*numbered);
    } else {
      return no("set of domain parameters", domain);
    }
    plan.chip.push_back(std::move(plan_of_key));
  }
  return {};
}

std::optional<mbedtls::HashAlgorithm> hash_of(std::string_view text) {
  using enum mbedtls::HashAlgorithm;
  if (text == "sha-1") return sha1;
  if (text == "sha-224") return sha224;
  if (text == "sha-256") return sha256;
  if (text == "sha-384") return sha384;
  if (text == "sha-512") return sha512;
  return std::nullopt;
}

/// aa=rsa-1024/sha-1, aa=ec-13/sha-256
Read<void> read_active(std::string_view value, Plan& plan) {
  const auto [key, digest] = pair_of(value, '/');
  const auto hash = hash_of(digest);
  const auto [kind, size] = pair_of(key, '-');
  const auto bits = number(size, 4096);
  if (!hash || !bits) return no("key of active authentication (rsa-1024/sha-1, ec-13/sha-256)", value);
  if (kind == "rsa") {
    plan.active = ActivePlan{.key = *bits, .hash = *hash};
    return {};
  }
  const auto curve = curve_of(*bits);
  if (kind != "ec" || !curve) return no("key of active authentication (rsa-1024/sha-1, ec-13/sha-256)", value);
  plan.active = ActivePlan{.key = *curve, .hash = *hash};
  return {};
}

/// ta=ecdsa-sha-256/13, ta=rsa-pss-sha-256/2048
Read<void> read_terminal(std::string_view value, Plan& plan) {
  constexpr std::array<std::pair<std::string_view, SignatureFamily>, 3> kFamilies = {
      {{"ecdsa-", SignatureFamily::ecdsa},
       {"rsa-v15-", SignatureFamily::rsa_pkcs1},
       {"rsa-pss-", SignatureFamily::rsa_pss}}};
  const auto [scheme, size] = pair_of(value, '/');
  const auto parameter = number(size, 4096);
  for (const auto& [name, family] : kFamilies) {
    if (!scheme.starts_with(name) || !parameter) continue;
    const auto hash = hash_of(scheme.substr(name.size()));
    if (!hash) break;
    TerminalPlan terminal;
    // Both rooms list the hashes in the same order.
    terminal.scheme = {.family = family, .hash = static_cast<HashAlgorithm>(std::to_underlying(*hash))};
    if (family == SignatureFamily::ecdsa) {
      const auto curve = curve_of(*parameter);
      if (!curve) break;
      terminal.curve = static_cast<crypto::openssl::Curve>(std::to_underlying(*curve));
    } else {
      terminal.rsa_bits = *parameter;
    }
    plan.terminal = terminal;
    return {};
  }
  return no("scheme of terminal authentication (ecdsa-sha-256/13, rsa-pss-sha-256/2048)", value);
}

Read<void> read_files(std::string_view value, Plan& plan, bool more) {
  for (const auto name : split(value, ',')) {
    const auto ef = host::lds::find_by_name(name);
    if (!ef) return no("file", name);
    if (more) plan.files.insert(*ef);
    if (!more) plan.files.erase(*ef);
  }
  return {};
}

Read<void> change(Plan& plan, std::string_view word) {
  const auto [key, value] = pair_of(word, '=');
  if (key == "pace") return read_pace(value, plan);
  if (key == "ca") return read_chip_keys(value, plan);
  if (key == "aa") return read_active(value, plan);
  if (key == "ta") return read_terminal(value, plan);
  if (key == "with") return read_files(value, plan, true);
  if (key == "less") return read_files(value, plan, false);
  if (word == "no-bac") {
    plan.bac = false;
    return {};
  }
  if (key == "portrait") {
    const auto size = number(value, 100'000);
    if (!size) return no("size of a portrait", value);
    plan.portrait = *size;
    return {};
  }
  return no("word for a card (pace=, ca=, aa=, ta=, with=, less=, portrait=, no-bac)", word);
}

/// What a laboratory begins with; the protocols are the oldest that there are.
std::optional<Plan> default_plan(std::string_view name) {
  const std::vector<PacePlan> pace = {{.arcs = "2.1", .domain = kDefaultDomain}};
  Plan eac{.chip = {{.arcs = {"2.1"}}}, .terminal = TerminalPlan{}, .files = {Ef::dg1, Ef::dg2, Ef::dg3, Ef::dg4}};
  if (name == "plain") return Plan{.bac = false};
  if (name == "bac") return Plan{};
  if (name == "pace") return Plan{.pace = pace};
  if (name == "eac") return eac;
  if (name == "eac-aa") {
    eac.active = ActivePlan{.key = std::size_t{1024}};
    return eac;
  }
  if (name == "eac-pace") {
    eac.pace = pace;
    return eac;
  }
  if (name == "cam") {
    return Plan{.pace = {{.arcs = "6.2", .domain = kDefaultDomain}, {.arcs = "2.2", .domain = kDefaultDomain}},
                .chip = {{.arcs = {"2.2"}, .id = kDefaultDomain}},
                .card_security = true};
  }
  return std::nullopt;
}

}  // namespace

std::expected<Plan, std::string> plan_of(std::string_view words) {
  const auto parts = split(words, ' ');
  auto plan = parts.empty() ? std::nullopt : default_plan(parts.front());
  if (!plan) {
    return std::unexpected(
        fmt::format("\"{}\" does not begin with a configuration: plain, bac, pace, eac, eac-aa, eac-pace, cam", words));
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto changed = change(*plan, parts[i]); !changed) return std::unexpected(changed.error());
  }
  return *std::move(plan);
}

}  // namespace cicada::tools::lower_tester
