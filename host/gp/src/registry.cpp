#include "cicada/host/gp/registry.h"

#include <array>
#include <utility>

#include "cicada/asn1/tlv.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr asn1::Tag kEntry = 0xE3;
constexpr asn1::Tag kAid = 0x4F;
constexpr asn1::Tag kLifeCycle = 0x9F70;
constexpr asn1::Tag kPrivileges = 0xC5;
constexpr asn1::Tag kLoadFile = 0xC4;
constexpr asn1::Tag kSecurityDomain = 0xCC;
constexpr asn1::Tag kVersion = 0xCE;
constexpr asn1::Tag kModule = 0x84;
constexpr std::size_t kMaxVersion = 16;

constexpr std::uint8_t kLocked = 0x80;
constexpr std::uint8_t kSelectable = 0x07;

std::unexpected<base::Error> malformed(base::Literal what) {
  return fail({.fault = Fault::malformed, .what = what, .clause = "GP Card Specification §11.4.3.1"});
}

std::unexpected<base::Error> too_many(base::Literal what) {
  return fail({.fault = Fault::limit, .what = what, .clause = "GP Card Specification §11.4.3.1"});
}

/// One octet is the first of three (Card Specification §11.1.2).
Result<std::uint32_t> parse_privileges(ByteView value) {
  if (value.size() != 1 && value.size() != 3) return malformed("privileges do not have one octet or three");
  std::uint32_t privileges = 0;
  for (std::size_t i = 0; i < 3; ++i) privileges = (privileges << 8U) | (i < value.size() ? value[i] : 0U);
  return privileges;
}

Result<void> take(const asn1::Tlv& object, RegistryEntry& entry) {
  switch (object.tag) {
    case kLifeCycle:
      if (object.value.empty() || object.value.size() > 2) return malformed("a life cycle state has no octet");
      entry.life_cycle = object.value[0];  // some cards add an octet of their own
      return {};
    case kPrivileges: {
      CICADA_TRY(entry.privileges, parse_privileges(object.value));
      return {};
    }
    case kLoadFile: {
      CICADA_TRY(entry.load_file, Aid::from(object.value));
      return {};
    }
    case kSecurityDomain: {
      CICADA_TRY(entry.security_domain, Aid::from(object.value));
      return {};
    }
    case kVersion:
      if (object.value.size() > kMaxVersion) return malformed("the version of a load file is too long");
      entry.version = base::to_bytes(object.value);
      return {};
    case kModule: {
      if (entry.modules.size() == kMaxModules) return too_many("a load file has too many modules");
      CICADA_TRY(const auto module, Aid::from(object.value));
      entry.modules.push_back(module);
      return {};
    }
    default: return {};
  }
}

Result<RegistryEntry> parse_entry(ByteView value) {
  RegistryEntry entry;
  asn1::TlvReader reader{value};
  bool named = false;
  while (!reader.at_end()) {
    CICADA_TRY(const auto object, reader.next());
    if (object.tag == kAid) {
      if (named) return malformed("an entry of the registry has two names");
      CICADA_TRY(entry.aid, Aid::from(object.value));
      named = true;
    } else {
      CICADA_CHECK(take(object, entry));
    }
  }
  if (!named) return malformed("an entry of the registry has no name");
  return entry;
}

std::string_view card_life_cycle(std::uint8_t life_cycle) noexcept {
  switch (life_cycle) {
    case 0x01: return "OP_READY";
    case 0x07: return "INITIALIZED";
    case 0x0F: return "SECURED";
    case 0x7F: return "CARD_LOCKED";
    case 0xFF: return "TERMINATED";
    default: return "unknown";
  }
}

std::string_view application_life_cycle(std::uint8_t life_cycle) noexcept {
  if ((life_cycle & 0x03U) != 0x03) return "unknown";
  if ((life_cycle & kLocked) != 0) return "LOCKED";
  if (life_cycle == 0x03) return "INSTALLED";
  if (life_cycle == 0x0F) return "PERSONALIZED";
  return (life_cycle & kSelectable) == kSelectable ? "SELECTABLE" : "unknown";
}

}  // namespace

Result<std::vector<RegistryEntry>> parse_registry(ByteView answer) {
  std::vector<RegistryEntry> entries;
  asn1::TlvReader reader{answer};
  while (!reader.at_end()) {
    if (entries.size() == kMaxRegistryEntries) return too_many("the card's registry has too many entries");
    CICADA_TRY(const auto object, reader.expect(kEntry));
    CICADA_TRY(auto entry, parse_entry(object.value));
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string_view life_cycle_name(Part part, std::uint8_t life_cycle) noexcept {
  switch (part) {
    case Part::issuer_security_domain: return card_life_cycle(life_cycle);
    case Part::applications: return application_life_cycle(life_cycle);
    case Part::load_files:
    case Part::load_files_and_modules: return life_cycle == 0x01 ? "LOADED" : "unknown";
  }
  return "unknown";
}

std::vector<std::string_view> privilege_names(std::uint32_t privileges) {
  // From the first octet's high bit down.
  constexpr std::array<std::string_view, 20> kNames{"Security Domain",
                                                    "DAP Verification",
                                                    "Delegated Management",
                                                    "Card Lock",
                                                    "Card Terminate",
                                                    "Card Reset",
                                                    "CVM Management",
                                                    "Mandated DAP Verification",
                                                    "Trusted Path",
                                                    "Authorized Management",
                                                    "Token Management",
                                                    "Global Delete",
                                                    "Global Lock",
                                                    "Global Registry",
                                                    "Final Application",
                                                    "Global Service",
                                                    "Receipt Generation",
                                                    "Ciphered Load File Data Block",
                                                    "Contactless Activation",
                                                    "Contactless Self-Activation"};
  std::vector<std::string_view> names;
  for (std::size_t bit = 0; bit < kNames.size(); ++bit) {
    if ((privileges & (0x800000U >> bit)) != 0) names.push_back(kNames.at(bit));
  }
  return names;
}

}  // namespace cicada::host::gp
