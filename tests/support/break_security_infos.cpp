// EF.CardAccess, DG14 and the SecurityInfos of EF.CardSecurity.
#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/base/hex.h"
#include "lds_document_parts.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

namespace oids = asn1::oids;
using namespace base::literals;
using Kind = DocumentKind;

namespace {

Bytes number(std::uint32_t value) {
  return asn1::encode_integer(value);
}

using Infos = std::vector<Bytes>;

Infos infos_in(ByteView set) {
  Infos infos;
  const auto object = must(asn1::read_only(set, asn1::tags::kSet));
  for (const auto& one : must(asn1::read_all(object.value))) infos.push_back(base::to_bytes(one.whole));
  return infos;
}
bool is_of(const Bytes& one, const asn1::Oid& protocol) {
  return base::equal(must(asn1::read_all(must(asn1::read_only(one)).value)).front().whole, protocol.der());
}
/// The entry of a protocol becomes another; without one it goes.
void exchange(Infos& infos, const asn1::Oid& protocol, std::optional<Bytes> other) {
  const auto found = std::ranges::find_if(infos, [&](const auto& one) { return is_of(one, protocol); });
  if (found == infos.end()) throw std::runtime_error("no such entry");
  if (other) {
    *found = *std::move(other);
  } else {
    infos.erase(found);
  }
}

void in_dg14(LdsDocument& d, const asn1::Oid& protocol, std::optional<Bytes> other) {
  auto infos = infos_in(must(asn1::read_only(d.files.at(File::dg14), 0x6E)).value);
  exchange(infos, protocol, std::move(other));
  d.files[File::dg14] = asn1::encode_tlv(0x6E, set_of(infos));
}
/// In EF.CardAccess, and in the files that repeat it.
void in_card_access(LdsDocument& d, const asn1::Oid& protocol, std::optional<Bytes> other) {
  auto infos = infos_in(d.files.at(File::card_access));
  exchange(infos, protocol, other);
  d.files[File::card_access] = set_of(infos);
  in_dg14(d, protocol, other);
  if (!d.card_security_infos.empty()) exchange(d.card_security_infos, protocol, std::move(other));
}

Bytes reversed_set(ByteView set) {
  auto infos = infos_in(set);
  std::ranges::reverse(infos);
  Bytes joined;
  for (const auto& one : infos) base::append(joined, one);
  return asn1::encode_tlv(asn1::tags::kSet, joined);
}

constexpr std::uint32_t kBrainpoolP256r1 = 13;
const asn1::Oid& gm() {
  return oids::kPaceEcdhGmAes128;
}
Bytes key_off_the_curve() {
  auto key = public_key_der(chip_test_key());
  key.back() ^= 0x01U;
  return key;
}

std::vector<RuleBreaker> of_card_access() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&),
                      std::vector<std::string> also = {}, Kind kind = Kind::passport) {
    return RuleBreaker{"card-access-" + std::move(name),     kind,  File::card_access,
                       "ef-card-access-" + std::move(check), apply, std::move(also)};
  };
  return {
      one("not-sorted", "security-infos",
          [](LdsDocument& d) { d.files[File::card_access] = reversed_set(d.files.at(File::card_access)); }),
      one("with-octets-behind", "security-infos",
          [](LdsDocument& d) { base::append(d.files.at(File::card_access), "0000"_hex); }),
      one("in-a-sequence", "security-infos", [](LdsDocument& d) { d.files.at(File::card_access).front() = 0x30; }),
      one("entry-without-data", "security-infos",
          [](LdsDocument& d) {
            auto infos = infos_in(d.files.at(File::card_access));
            infos.push_back(sequence({oids::kIdTa.der()}));
            d.files[File::card_access] = set_of(infos);
          }),
      one("pace-of-version-1", "pace-info",
          [](LdsDocument& d) { in_card_access(d, gm(), info(gm(), number(1), number(kBrainpoolP256r1))); }),
      one("pace-without-parameters", "pace-info",
          [](LdsDocument& d) { in_card_access(d, gm(), info(gm(), number(2))); }),
      one("pace-with-reserved-parameters", "pace-info",
          [](LdsDocument& d) { in_card_access(d, gm(), info(gm(), number(2), number(19))); }),
      one("pace-on-a-group-of-another-kind", "pace-info",
          [](LdsDocument& d) { in_card_access(d, gm(), info(gm(), number(2), number(1))); }),
      one("pace-with-own-parameters-that-are-not-there", "pace-info",
          [](LdsDocument& d) { in_card_access(d, gm(), info(gm(), number(2), number(40))); }),
      one("pace-with-cipher-5", "pace-info",
          [](LdsDocument& d) {
            in_card_access(d, gm(),
                           info(asn1::Oid::of("0.4.0.127.0.7.2.2.4.2.5"), number(2), number(kBrainpoolP256r1)));
          }),
      one(
          "integrated-mapping-on-p-224", "pace-info",
          [](LdsDocument& d) {
            in_card_access(d, oids::kPaceEcdhImAes256, info(oids::kPaceEcdhImAes256, number(2), number(10)));
          },
          {}, Kind::identity_card),
      one(
          "parameters-under-a-reserved-number", "domain-parameters",
          [](LdsDocument& d) {
            const auto& own = oids::kPaceEcdhGm;
            const auto algorithm = must(asn1::parse_public_key_info(public_key_der(ec_test_key()))).algorithm;
            in_card_access(d, own, info(own, asn1::encode(algorithm), number(12)));
            in_card_access(d, gm(), info(gm(), number(2), number(12)));
          },
          {}, Kind::residence_card),
      one(
          "parameters-by-name", "domain-parameters",
          [](LdsDocument& d) {
            const auto& own = oids::kPaceEcdhGm;
            const auto named = asn1::Oid::of("1.2.840.10045.3.1.7").der();
            in_card_access(d, own, info(own, sequence({oids::kEcPublicKey.der(), named}), number(32)));
          },
          {}, Kind::residence_card),
      one("cam-alone", "mapping-beside-cam", [](LdsDocument& d) { in_card_access(d, gm(), std::nullopt); }),
  };
}

std::vector<RuleBreaker> of_dg14() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&),
                      std::vector<std::string> also = {}, Kind kind = Kind::passport) {
    return RuleBreaker{"dg14-" + std::move(name), kind, File::dg14, "dg14-" + std::move(check), apply, std::move(also)};
  };
  static constexpr auto& kCa = oids::kCaEcdhAes128;
  return {
      one("not-sorted", "security-infos",
          [](LdsDocument& d) {
            const auto file = d.files.at(File::dg14);
            d.files[File::dg14] = asn1::encode_tlv(0x6E, reversed_set(must(asn1::read_only(file, 0x6E)).value));
          }),
      one("object-behind-the-set", "security-infos",
          [](LdsDocument& d) { edit_file(d, File::dg14, {0x6E, 0x31}, followed_by("0500"_hex)); }),
      one("key-with-a-number-no-protocol-has", "ca-infos",
          [](LdsDocument& d) {
            in_dg14(d, oids::kIdPkEcdh, info(oids::kIdPkEcdh, public_key_der(chip_test_key()), number(1)));
          }),
      one("protocol-of-another-kind-than-the-key", "ca-infos",
          [](LdsDocument& d) { in_dg14(d, kCa, info(oids::kCaDhAes128, number(1))); }),
      one(
          "two-keys-with-one-number", "ca-infos",
          [](LdsDocument& d) {
            auto infos = infos_in(must(asn1::read_only(d.files.at(File::dg14), 0x6E)).value);
            exchange(infos, oids::kCaEcdhAes256, std::nullopt);
            std::erase_if(infos, [](const auto& entry) { return is_of(entry, oids::kIdPkEcdh); });
            infos.push_back(info(oids::kIdPkEcdh, public_key_der(chip_test_key()), number(1)));
            infos.push_back(info(oids::kIdPkEcdh, public_key_der(ec_test_key()), number(1)));
            d.files[File::dg14] = asn1::encode_tlv(0x6E, set_of(infos));
          },
          {}, Kind::identity_card),
      one("key-without-protocol", "ca-infos", [](LdsDocument& d) { in_dg14(d, kCa, std::nullopt); },
          {"dg14-ca-beside-cam"}),
      one("key-off-the-curve", "ca-public-keys",
          [](LdsDocument& d) { in_dg14(d, oids::kIdPkEcdh, info(oids::kIdPkEcdh, key_off_the_curve())); },
          {"dg14-ca-beside-cam"}),
      one("key-on-a-curve-by-name", "ca-public-keys",
          [](LdsDocument& d) {
            const auto key = asn1::encode_ec_public_key_info(asn1::Oid::of("1.3.36.3.3.2.8.1.1.7"),
                                                             chip_test_key().ec()->public_point());
            in_dg14(d, oids::kIdPkEcdh, info(oids::kIdPkEcdh, key));
          },
          {"dg14-ca-beside-cam"}),
      one("key-number-in-octets", "ca-public-keys",
          [](LdsDocument& d) {
            in_dg14(d, oids::kIdPkEcdh,
                    info(oids::kIdPkEcdh, public_key_der(chip_test_key()), asn1::encode_octet_string("01"_hex)));
          },
          {"dg14-ca-beside-cam"}),
      one(
          "dh-key-1", "ca-public-keys",
          [](LdsDocument& d) {
            const auto info_of = [&](const Bytes& entry) { return is_of(entry, oids::kIdPkDh); };
            auto infos = infos_in(must(asn1::read_only(d.files.at(File::dg14), 0x6E)).value);
            const auto found = std::ranges::find_if(infos, info_of);
            *found = edited(*found, {0x30, 0x30, 0x03}, with_value("00 020101"_hex));
            d.files[File::dg14] = asn1::encode_tlv(0x6E, set_of(infos));
          },
          {}, Kind::residence_card),
      one("protocol-of-version-2", "ca-info", [](LdsDocument& d) { in_dg14(d, kCa, info(kCa, number(2))); },
          {"dg14-ca-beside-cam"}),
      one("protocol-with-cipher-5", "ca-info",
          [](LdsDocument& d) { in_dg14(d, kCa, info(asn1::Oid::of("0.4.0.127.0.7.2.2.3.2.5"), number(1))); },
          {"dg14-ca-beside-cam"}),
      one("lacks-an-entry-of-card-access", "repeats-card-access",
          [](LdsDocument& d) { in_dg14(d, gm(), std::nullopt); }),
      one("has-another-entry-than-card-access", "repeats-card-access",
          [](LdsDocument& d) { in_dg14(d, gm(), info(gm(), number(2), number(12))); }),
      one("without-active-authentication", "aa-info",
          [](LdsDocument& d) { in_dg14(d, oids::kAaProtocolObject, std::nullopt); }),
      one("active-authentication-of-version-2", "aa-info",
          [](LdsDocument& d) {
            in_dg14(d, oids::kAaProtocolObject,
                    info(oids::kAaProtocolObject, number(2), oids::kEcdsaPlainSha256.der()));
          }),
      one("active-authentication-in-der-signatures", "aa-info",
          [](LdsDocument& d) {
            in_dg14(d, oids::kAaProtocolObject, info(oids::kAaProtocolObject, number(1), oids::kEcdsaWithSha256.der()));
          }),
      one("active-authentication-with-sha-1", "aa-info",
          [](LdsDocument& d) {
            in_dg14(d, oids::kAaProtocolObject, info(oids::kAaProtocolObject, number(1), oids::kEcdsaPlainSha1.der()));
          }),
      one("cam-without-chip-authentication", "ca-beside-cam",
          [](LdsDocument& d) {
            in_dg14(d, oids::kIdPkEcdh, std::nullopt);
            in_dg14(d, kCa, std::nullopt);
          },
          {"dg14-ca-infos"}),
      one("terminal-authentication-with-an-algorithm", "ta-info",
          [](LdsDocument& d) { in_dg14(d, oids::kIdTa, info(oids::kTaEcdsaSha256, number(1))); }),
      one("terminal-authentication-of-version-2", "ta-info",
          [](LdsDocument& d) { in_dg14(d, oids::kIdTa, info(oids::kIdTa, number(2))); }),
      one("without-terminal-authentication", "ta-info", [](LdsDocument& d) { in_dg14(d, oids::kIdTa, std::nullopt); }),
      one("ef-cvca-as-integer", "ta-ef-cvca",
          [](LdsDocument& d) { in_dg14(d, oids::kIdTa, info(oids::kIdTa, number(1), sequence({number(0x011C)}))); }),
      one("ef-cvca-of-three-octets", "ta-ef-cvca",
          [](LdsDocument& d) {
            in_dg14(d, oids::kIdTa, info(oids::kIdTa, number(1), sequence({asn1::encode_octet_string("00011C"_hex)})));
          }),
      one("short-identifier-31", "ta-ef-cvca",
          [](LdsDocument& d) {
            in_dg14(d, oids::kIdTa,
                    info(oids::kIdTa, number(1),
                         sequence({asn1::encode_octet_string("011C"_hex), asn1::encode_octet_string("1F"_hex)})));
          }),
  };
}

std::vector<RuleBreaker> of_card_security() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&),
                      std::vector<std::string> also = {}) {
    return RuleBreaker{"card-security-" + std::move(name),     Kind::passport, File::card_security,
                       "ef-card-security-" + std::move(check), apply,          std::move(also)};
  };
  return {
      one("infos-not-sorted", "security-infos",
          [](LdsDocument& d) { d.change_card_security_set = [](Bytes& set) { set = reversed_set(set); }; }),
      one("infos-with-octets-behind", "security-infos",
          [](LdsDocument& d) { d.change_card_security_set = [](Bytes& set) { base::append(set, "0500"_hex); }; }),
      one("without-key", "ca-public-key",
          [](LdsDocument& d) { exchange(d.card_security_infos, oids::kIdPkEcdh, std::nullopt); },
          {"ef-card-security-key-id"}),
      one("key-off-the-curve", "ca-public-key",
          [](LdsDocument& d) {
            exchange(d.card_security_infos, oids::kIdPkEcdh,
                     info(oids::kIdPkEcdh, key_off_the_curve(), number(kBrainpoolP256r1)));
          }),
      one("key-on-another-curve", "ca-public-key",
          [](LdsDocument& d) {
            exchange(d.card_security_infos, oids::kIdPkEcdh,
                     info(oids::kIdPkEcdh, public_key_der(ec_test_key()), number(kBrainpoolP256r1)));
          }),
      one("lacks-an-entry-of-card-access", "repeats-card-access",
          [](LdsDocument& d) { exchange(d.card_security_infos, gm(), std::nullopt); }),
      one("key-with-another-number", "key-id",
          [](LdsDocument& d) {
            exchange(d.card_security_infos, oids::kIdPkEcdh,
                     info(oids::kIdPkEcdh, public_key_der(chip_test_key()), number(1)));
          }),
      one("key-without-number", "key-id",
          [](LdsDocument& d) {
            exchange(d.card_security_infos, oids::kIdPkEcdh, info(oids::kIdPkEcdh, public_key_der(chip_test_key())));
          }),
  };
}

}  // namespace

std::vector<RuleBreaker> security_info_breakers() {
  std::vector<RuleBreaker> joined;
  for (auto* list : {of_card_access, of_dg14, of_card_security}) {
    for (auto& one : list()) joined.push_back(std::move(one));
  }
  return joined;
}

}  // namespace cicada::tests
