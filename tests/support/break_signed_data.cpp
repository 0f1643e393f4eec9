// EF.SOD and EF.CardSecurity: SignedData, SignerInfo, LDS security object.
#include <algorithm>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/base/hex.h"
#include "rule_breaker_lists.h"

namespace cicada::tests {

namespace oids = asn1::oids;
using namespace base::literals;
using Kind = DocumentKind;

namespace {

Bytes number(std::uint32_t value) {
  return asn1::encode_integer(value);
}

Bytes sha1_der() {
  return sequence({oids::kSha1.der()});
}

/// `Of` changes the recipe of one of the two files.
template <auto Of>
void in_sod(LdsDocument& document) {
  Of(document.sod);
}
template <auto Of>
void in_card_security(LdsDocument& document) {
  Of(document.card_security);
}

struct Pair {
  std::string name;
  void (*sod)(LdsDocument&);
  void (*card_security)(LdsDocument&);
};
template <auto Of>
Pair both(std::string name) {
  return {std::move(name), in_sod<Of>, in_card_security<Of>};
}

std::vector<Pair> values() {
  return {
      both<[](SignedDataRecipe& r) { r.version = number(1); }>("version-1"),
      both<[](SignedDataRecipe& r) { r.digest_algorithms.push_back(sha1_der()); }>("hash-that-is-not-allowed"),
      both<[](SignedDataRecipe& r) { r.certificates = std::vector<Bytes>{}; }>("empty-certificates"),
      both<[](SignedDataRecipe& r) { r.with_certificates = false; }>("without-certificates"),
      both<[](SignedDataRecipe& r) { r.revocation_lists = "A100"_hex; }>("with-revocation-lists"),
      both<[](SignedDataRecipe& r) { r.with_content = false; }>("detached"),
      both<[](SignedDataRecipe& r) { r.without_signer = true; }>("without-signer"),
      both<[](SignedDataRecipe& r) { r.content_type = oids::kData; }>("content-of-another-type"),
  };
}

std::vector<Pair> signers() {
  return {
      both<[](SignedDataRecipe& r) { r.signer_version = number(3); }>("version-3-with-a-serial-number"),
      both<[](SignedDataRecipe& r) { r.by_key_identifier = true; }>("version-1-with-a-key-identifier"),
      both<[](SignedDataRecipe& r) { r.digest_algorithms = {sequence({oids::kSha512.der()})}; }>("digest-not-listed"),
      both<[](SignedDataRecipe& r) { r.with_attributes = false; }>("without-attributes"),
      both<[](SignedDataRecipe& r) { r.digest_value = Bytes(32, 0x11); }>("another-digest"),
      both<[](SignedDataRecipe& r) {
        r.change_attributes = [](std::vector<Bytes>& all) { std::ranges::reverse(all); };
      }>("attributes-not-sorted"),
      both<[](SignedDataRecipe& r) {
        r.change_attributes = [](std::vector<Bytes>& all) {
          std::erase_if(all, [](const Bytes& one) {
            return std::ranges::search(one, oids::kContentType.der()).begin() != one.end();
          });
        };
      }>("without-content-type"),
      both<[](SignedDataRecipe& r) {
        r.change_attributes = [](std::vector<Bytes>& all) {
          std::erase_if(all, [](const Bytes& one) {
            return std::ranges::search(one, oids::kMessageDigest.der()).begin() != one.end();
          });
        };
      }>("without-digest"),
      both<[](SignedDataRecipe& r) {
        r.change_attributes = [](std::vector<Bytes>& all) { all.insert(all.begin(), all.front()); };
      }>("attribute-twice"),
      both<[](SignedDataRecipe& r) { r.change_signature = [](Bytes& signature) { signature.back() ^= 0x01U; }; }>(
          "another-signature"),
      both<[](SignedDataRecipe& r) { r.change_signature = [](Bytes& signature) { signature.push_back(0); }; }>(
          "signature-with-an-octet-behind"),
      both<[](SignedDataRecipe& r) { r.signature_algorithm = sequence({oids::kEcdsaWithSha1.der()}); }>(
          "signature-with-sha-1"),
      both<[](SignedDataRecipe& r) {
        r.signature_algorithm = sequence({oids::kEcdsaWithSha256.der(), asn1::encode_null()});
      }>("ecdsa-with-parameters"),
      both<[](SignedDataRecipe& r) { r.signature_algorithm = sequence({oids::kEcdsaWithSha512.der()}); }>(
          "another-hash-than-it-says"),
      both<[](SignedDataRecipe& r) { r.signer_identifier = sequence({sequence({}), number(7)}); }>(
          "signer-that-is-not-there"),
  };
}

/// The octets as they come out, changed without signing again.
std::vector<RuleBreaker> encodings() {
  const auto sod = [](std::string name, void (*apply)(LdsDocument&)) {
    return RuleBreaker{"sod-" + std::move(name), Kind::passport, File::sod, "ef-sod-signed-data", apply};
  };
  const auto card_security = [](std::string name, void (*apply)(LdsDocument&)) {
    return RuleBreaker{"card-security-" + std::move(name), Kind::passport, File::card_security,
                       "ef-card-security-signed-data", apply};
  };
  return {
      sod("of-another-type",
          [](LdsDocument& d) {
            d.afterwards[File::sod] = [](Bytes& file) {
              file = edited(file, {0x77, 0x30, 0x06}, with_value(base::to_bytes(oids::kData.content())));
            };
          }),
      sod("content-info-with-octets-behind",
          [](LdsDocument& d) {
            d.afterwards[File::sod] = [](Bytes& file) { file = edited(file, {0x77, 0x30}, followed_by("0500"_hex)); };
          }),
      sod("hashes-not-sorted",
          [](LdsDocument& d) {
            d.afterwards[File::sod] = [](Bytes& file) {
              file = edited(file, {0x77, 0x30, 0xA0, 0x30, 0x31},
                            with_value(base::concat({sequence({oids::kSha512.der()}), sha256_der()})));
            };
          }),
      card_security("in-a-template",
                    [](LdsDocument& d) {
                      d.afterwards[File::card_security] = [](Bytes& file) { file = asn1::encode_tlv(0x77, file); };
                    }),
      card_security("with-octets-behind",
                    [](LdsDocument& d) {
                      d.afterwards[File::card_security] = [](Bytes& file) { base::append(file, "0000"_hex); };
                    }),
      card_security("hashes-not-sorted",
                    [](LdsDocument& d) {
                      d.afterwards[File::card_security] = [](Bytes& file) {
                        file = edited(file, {0x30, 0xA0, 0x30, 0x31},
                                      with_value(base::concat({sequence({oids::kSha512.der()}), sha256_der()})));
                      };
                    }),
  };
}

std::vector<RuleBreaker> security_objects() {
  const auto one = [](std::string name, void (*apply)(LdsDocument&), std::vector<std::string> also = {}) {
    return RuleBreaker{"sod-" + std::move(name), Kind::passport, File::sod,
                       "ef-sod-security-object", apply,          std::move(also)};
  };
  return {
      one("object-of-version-2", [](LdsDocument& d) { d.security_object.version = number(2); }),
      one("object-of-version-1-without-versions", [](LdsDocument& d) { d.security_object.version = number(1); }),
      one("object-of-version-0-with-versions",
          [](LdsDocument& d) {
            d.security_object.version_info = sequence({asn1::encode_string(asn1::tags::kPrintableString, "0108"),
                                                       asn1::encode_string(asn1::tags::kPrintableString, "040000")});
          }),
      one("hashes-with-sha-1", [](LdsDocument& d) { d.security_object.hash_algorithm = sha1_der(); }),
      one("another-hash-of-dg1",
          [](LdsDocument& d) {
            d.security_object.change_hashes = [](std::vector<Bytes>& all) { all.front().back() ^= 0x01U; };
          }),
      one("short-hash",
          [](LdsDocument& d) {
            d.security_object.change_hashes = [](std::vector<Bytes>& all) {
              all.back() = sequence({number(15), asn1::encode_octet_string(Bytes(20, 0x15))});
            };
          }),
      one("group-17",
          [](LdsDocument& d) {
            d.security_object.change_hashes = [](std::vector<Bytes>& all) {
              all.push_back(sequence({number(17), asn1::encode_octet_string(Bytes(32, 0x17))}));
            };
          }),
      one("group-twice",
          [](LdsDocument& d) {
            d.security_object.change_hashes = [](std::vector<Bytes>& all) { all.push_back(all.front()); };
          }),
      one("lacks-a-group",
          [](LdsDocument& d) { d.security_object.change_hashes = [](std::vector<Bytes>& all) { all.pop_back(); }; },
          {"ef-com-tag-list"}),
      one("object-with-octets-behind",
          [](LdsDocument& d) {
            d.security_object.change_octets = [](Bytes& octets) { base::append(octets, "0500"_hex); };
          }),
      one("object-with-a-long-length",
          [](LdsDocument& d) {
            d.security_object.change_octets = [](Bytes& octets) {
              octets = edited(octets, {0x30, 0x02}, [](const Bytes&) { return "02810100"_hex; });
            };
          }),
  };
}

}  // namespace

std::vector<RuleBreaker> signed_data_breakers() {
  std::vector<RuleBreaker> list;
  const auto add = [&](const std::vector<Pair>& pairs, const std::string& rule) {
    for (const auto& one : pairs) {
      list.push_back({"sod-" + one.name, Kind::passport, File::sod, "ef-sod-" + rule, one.sod});
      list.push_back({"card-security-" + one.name, Kind::passport, File::card_security, "ef-card-security-" + rule,
                      one.card_security});
    }
  };
  add(values(), "signed-data-values");
  add(signers(), "signer-info");
  for (auto* more : {encodings, security_objects}) {
    for (auto& one : more()) list.push_back(std::move(one));
  }
  return list;
}

}  // namespace cicada::tests
