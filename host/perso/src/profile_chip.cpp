#include "profile_chip.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cicada::host::perso {

namespace {

constexpr std::array<std::string_view, 2> kPaceKeys{"protocol", "parameters"};
constexpr std::array<std::string_view, 4> kActiveKeys{"algorithm", "bits", "parameters", "hash"};
constexpr std::array<std::string_view, 3> kChipKeys{"parameters", "key-id", "protocols"};
constexpr std::array<std::string_view, 1> kTerminalKeys{"cvca-file"};
constexpr std::array<std::string_view, 2> kAlgorithms{"rsa", "ecdsa"};
constexpr std::array<std::string_view, 5> kHashes{"sha-1", "sha-224", "sha-256", "sha-384", "sha-512"};
constexpr std::array<std::size_t, 5> kHashBits{160, 224, 256, 384, 512};

constexpr std::size_t kMaxPace = 8;
constexpr std::size_t kMaxChipKeys = 4;
constexpr DomainParameters kP224 = 10;  // p = 1 mod 4: integrated mapping has no way to its points

/// 0.4.0.127.0.7.2.2, under which PACE is 4 and chip authentication 3.
constexpr std::array<std::uint8_t, 7> kProtocols{0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02};
constexpr std::uint8_t kIdCa = 3;
constexpr std::uint8_t kIdPace = 4;

struct Named {
  std::string_view name;
  std::uint8_t arc;
};
constexpr std::array<Named, 5> kMappings{{{"DH-GM", 1}, {"ECDH-GM", 2}, {"DH-IM", 3}, {"ECDH-IM", 4}, {"ECDH-CAM", 6}}};
constexpr std::array<Named, 2> kAgreements{{{"DH", 1}, {"ECDH", 2}}};
constexpr std::array<Named, 4> kCiphers{{{"3DES", 1}, {"AES-128", 2}, {"AES-192", 3}, {"AES-256", 4}}};
constexpr std::uint8_t kEcdhIm = 4;
constexpr std::uint8_t kEcdhCam = 6;

/// Bits of the fields of the curves 8 to 18.
constexpr std::array<std::size_t, 11> kCurveBits{192, 192, 224, 224, 256, 256, 320, 384, 384, 512, 521};

/// All protocols of one kind: "ECDH-GM-AES-128".
struct Protocol {
  std::string name;
  base::Bytes oid;
  [[nodiscard]] std::uint8_t first() const { return oid.at(kProtocols.size() + 1); }
  [[nodiscard]] bool dh() const { return name.starts_with("DH"); }
};

std::vector<Protocol> protocols(std::uint8_t kind, std::span<const Named> firsts) {
  std::vector<Protocol> all;
  for (const auto& first : firsts) {
    for (const auto& cipher : kCiphers) {
      if (kind == kIdPace && first.arc == kEcdhCam && cipher.arc == 1) continue;  // 9303-11 §4.4.3.1: AES only
      base::Bytes oid{kProtocols.begin(), kProtocols.end()};
      oid.insert(oid.end(), {kind, first.arc, cipher.arc});
      all.push_back({.name = fmt::format("{}-{}", first.name, cipher.name), .oid = std::move(oid)});
    }
  }
  return all;
}

std::vector<std::string_view> names_of(const std::vector<Protocol>& all) {
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const auto& protocol : all) names.push_back(protocol.name);
  return names;
}

/// A group that fits the kind of key agreement.
Checked<DomainParameters> read_domain(const StrictTable& table, bool dh) {
  CICADA_TRY(const auto number, table.number("parameters", 0, 31));
  const auto domain = static_cast<DomainParameters>(number);
  if (dh && !is_dh(domain)) return table.refuse("parameters", "the groups of Diffie-Hellman are 0 to 2");
  if (!dh && !is_curve(domain)) return table.refuse("parameters", "the curves are 8 to 18 (9303-11 §9.5.1)");
  return domain;
}

Checked<void> read_pace(const StrictTable& table, Profile& profile) {
  CICADA_CHECK(table.allow(kPaceKeys));
  const auto all = protocols(kIdPace, kMappings);
  CICADA_TRY(const auto index, table.choice("protocol", names_of(all)));
  const auto& protocol = all[index];
  CICADA_TRY(const auto domain, read_domain(table, protocol.dh()));
  if (protocol.first() == kEcdhIm && domain == kP224) {
    return table.refuse("parameters", "integrated mapping does not work on P-224");
  }
  for (const auto& entry : profile.pace) {
    if (entry.oid == protocol.oid && entry.domain == domain) return table.refuse("protocol", "stands there already");
  }
  if (profile.pace.size() >= kMaxPace) return table.refuse("", fmt::format("a card has {} at most", kMaxPace));
  profile.pace.push_back({.name = protocol.name, .oid = protocol.oid, .domain = domain});
  return {};
}

Checked<void> read_active(const StrictTable& table, Profile& profile) {
  CICADA_CHECK(table.allow(kActiveKeys));
  ActiveAuthentication active;
  CICADA_TRY(const auto algorithm, table.choice("algorithm", kAlgorithms));
  CICADA_TRY(const auto hash, table.choice("hash", kHashes));
  active.hash = static_cast<std::uint8_t>(hash + 1);
  const bool rsa = algorithm == 0;
  if (table.has(rsa ? "parameters" : "bits")) {
    return table.refuse(rsa ? "parameters" : "bits", "RSA has bits, ECDSA has parameters");
  }
  if (rsa) {
    CICADA_TRY(const auto bits, table.number("bits", 1024, 4096));
    if (bits % 256 != 0) return table.refuse("bits", "must be a multiple of 256");
    active.bits = static_cast<std::uint16_t>(bits);
  } else {
    CICADA_TRY(active.domain, read_domain(table, false));
    // 9303-11 §6.1.2.3
    if (hash == 0) return table.refuse("hash", "SHA-1 is not for ECDSA");
    if (kHashBits.at(hash) > kCurveBits.at(active.domain - 8U)) {
      return table.refuse("hash", "must not be longer than the key");
    }
  }
  profile.active_authentication = active;
  return {};
}

Checked<void> read_chip_key(const StrictTable& table, Profile& profile) {
  CICADA_CHECK(table.allow(kChipKeys));
  ChipAuthentication key;
  const auto all = protocols(kIdCa, kAgreements);
  CICADA_TRY(const auto chosen, table.choices("protocols", names_of(all)));
  if (chosen.empty()) return table.refuse("protocols", "a key is for one protocol at least");
  const bool dh = all[chosen.front()].dh();
  for (const auto index : chosen) {
    if (all[index].dh() != dh) return table.refuse("protocols", "one key is either for DH or for ECDH");
    key.names.push_back(all[index].name);
    key.oids.push_back(all[index].oid);
  }
  CICADA_TRY(key.domain, read_domain(table, dh));
  if (table.has("key-id")) {
    CICADA_TRY(const auto id, table.number("key-id", 0, 127));
    key.key_id = static_cast<std::uint8_t>(id);
  }
  auto& keys = profile.chip_authentication;
  if (std::ranges::find(keys, key.key_id, &ChipAuthentication::key_id) != keys.end()) {
    return table.refuse("key-id", "each key needs its own");
  }
  if (keys.size() >= kMaxChipKeys) return table.refuse("", fmt::format("a card has {} at most", kMaxChipKeys));
  keys.push_back(std::move(key));
  if (keys.size() > 1 && std::ranges::any_of(keys, [](const auto& one) { return !one.key_id; })) {
    return table.refuse("key-id", "where there are several keys, each needs one");
  }
  return {};
}

Checked<void> read_terminal(const StrictTable& table, Profile& profile) {
  CICADA_CHECK(table.allow(kTerminalKeys));
  CICADA_TRY(const auto name, table.text("cvca-file"));
  const auto file = std::ranges::find(profile.files, name, &File::name);
  if (file == profile.files.end()) return table.refuse("cvca-file", "no file has this name");
  if (file->content != kCvcaContent || file->df == kMasterFile) {
    return table.refuse("cvca-file",
                        fmt::format("must be a file of an application with content = \"{}\"", kCvcaContent));
  }
  if (profile.chip_authentication.empty()) {
    return table.refuse("", "terminals prove themselves after chip authentication, and there is none (9303-11 §7.1)");
  }
  profile.terminal_authentication = TerminalAuthentication{.cvca_file = name};
  return {};
}

/// The chip authentication key that a mapping needs (9303-11 §9.2.1).
Checked<void> check_mapping(const StrictTable& document, const Profile& profile) {
  for (const auto& entry : profile.pace) {
    if (!entry.name.starts_with("ECDH-CAM")) continue;
    const auto key = std::ranges::find_if(profile.chip_authentication, [&](const auto& chip) {
      return chip.key_id == entry.domain && chip.domain == entry.domain;
    });
    if (key == profile.chip_authentication.end()) {
      return document.refuse(
          "pace", fmt::format("{} needs a chip authentication key with parameters = {} and key-id = {}", entry.name,
                              entry.domain, entry.domain));
    }
  }
  return {};
}

/// Nothing that a file, a password or a protocol needs is missing.
Checked<void> check_whole(const StrictTable& document, const Profile& profile) {
  const bool passwords = profile.pace_mrz || profile.pace_can;
  if (passwords != !profile.pace.empty()) {
    return document.refuse(passwords ? "profile" : "pace", "PACE has protocols ([[pace]]) and passwords (keys)");
  }
  const bool access = profile.bac_keys || passwords;
  for (const auto& file : profile.files) {
    if (file.content == kCvcaContent && !profile.terminal_authentication) {
      return document.refuse("file", fmt::format("{}: there is no [terminal-authentication]", file.name));
    }
    const bool wants_access = file.read != AccessRule::always && file.read != AccessRule::never;
    if (wants_access && !access) {
      return document.refuse("profile",
                             fmt::format("{} wants access proved; load keys (bac, pace-mrz, pace-can)", file.name));
    }
  }
  return check_mapping(document, profile);
}

Checked<void> read_each(const StrictTable& document, std::string_view key, Profile& profile,
                        Checked<void> (*read)(const StrictTable&, Profile&)) {
  if (!document.has(key)) return {};
  CICADA_TRY(const auto tables, document.tables(key));
  for (const auto& table : tables) CICADA_CHECK(read(table, profile));
  return {};
}

}  // namespace

Checked<void> read_chip(const StrictTable& document, Profile& profile) {
  CICADA_CHECK(read_each(document, "pace", profile, read_pace));
  if (document.has("active-authentication")) {
    CICADA_TRY(const auto table, document.table("active-authentication"));
    CICADA_CHECK(read_active(table, profile));
  }
  CICADA_CHECK(read_each(document, "chip-authentication", profile, read_chip_key));
  if (document.has("terminal-authentication")) {
    CICADA_TRY(const auto table, document.table("terminal-authentication"));
    CICADA_CHECK(read_terminal(table, profile));
  }
  return check_whole(document, profile);
}

}  // namespace cicada::host::perso
