// DG15, EF.CVCA and EF.ATR/INFO.
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

Bytes dg15_of(const Bytes& key) {
  return asn1::encode_tlv(0x6F, key);
}

std::vector<RuleBreaker> of_dg15() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&), Kind kind = Kind::passport) {
    return RuleBreaker{"dg15-" + std::move(name), kind, File::dg15, "dg15-" + std::move(check), apply};
  };
  return {
      one("object-behind-the-key", "public-key-info",
          [](LdsDocument& d) { edit_file(d, File::dg15, {0x6F, 0x30}, followed_by("0500"_hex)); }),
      one("key-in-a-set", "public-key-info",
          [](LdsDocument& d) { edit_file(d, File::dg15, {0x6F, 0x30}, with_tag(0x31)); }),
      one("key-with-a-third-part", "public-key-info",
          [](LdsDocument& d) { edit_file(d, File::dg15, {0x6F, 0x30, 0x03}, followed_by("0500"_hex)); }),
      one("curve-by-name", "algorithm",
          [](LdsDocument& d) {
            d.files[File::dg15] = dg15_of(asn1::encode_ec_public_key_info(asn1::Oid::of("1.2.840.10045.3.1.7"),
                                                                          ec_test_key().ec()->public_point()));
          }),
      one(
          "rsa-without-null", "algorithm",
          [](LdsDocument& d) { edit_file(d, File::dg15, {0x6F, 0x30, 0x30, 0x05}, without()); }, Kind::identity_card),
      one(
          "key-of-pss", "algorithm",
          [](LdsDocument& d) {
            edit_file(d, File::dg15, {0x6F, 0x30, 0x30, 0x06}, with_value(base::to_bytes(oids::kRsassaPss.content())));
          },
          Kind::identity_card),
      one("point-off-the-curve", "public-key",
          [](LdsDocument& d) {
            auto& file = d.files.at(File::dg15);
            file.back() ^= 0x01U;
          }),
      one("point-compressed", "public-key",
          [](LdsDocument& d) {
            const auto& point = ec_test_key().ec()->public_point();
            Bytes compressed = {0x00, static_cast<std::uint8_t>(0x02U | (point.back() & 1U))};
            base::append(compressed, ByteView{point}.subspan(1, 32));
            edit_file(d, File::dg15, {0x6F, 0x30, 0x03}, with_value(compressed));
          }),
      one(
          "negative-modulus", "public-key",
          [](LdsDocument& d) {
            const auto modulus = rsa_test_key().rsa()->modulus();
            const auto key = sequence({asn1::encode_tlv(0x02, modulus), "0203010001"_hex});
            edit_file(d, File::dg15, {0x6F, 0x30, 0x03}, with_value(base::concat({"00"_hex, key})));
          },
          Kind::identity_card),
      one(
          "even-exponent", "public-key",
          [](LdsDocument& d) {
            const auto key = sequence({asn1::encode_unsigned(rsa_test_key().rsa()->modulus()), "0203010000"_hex});
            edit_file(d, File::dg15, {0x6F, 0x30, 0x03}, with_value(base::concat({"00"_hex, key})));
          },
          Kind::identity_card),
  };
}

std::vector<RuleBreaker> of_cvca() {
  const auto one = [](std::string name, void (*apply)(LdsDocument&)) {
    return RuleBreaker{"cvca-" + std::move(name), Kind::passport, File::cvca, "ef-cvca-content", apply};
  };
  return {
      one("of-35-octets", [](LdsDocument& d) { d.files.at(File::cvca).pop_back(); }),
      one("filled-up-with-ff", [](LdsDocument& d) { d.files.at(File::cvca).back() = 0xFF; }),
      one("without-reference", [](LdsDocument& d) { d.files[File::cvca] = Bytes(36); }),
      one("reference-of-17-octets",
          [](LdsDocument& d) {
            d.files[File::cvca] = asn1::encode_tlv(0x42, text_octets("UTCVCACVCACV00001"));
            d.files[File::cvca].resize(36);
          }),
      one("reference-of-no-country",
          [](LdsDocument& d) {
            d.files[File::cvca] = asn1::encode_tlv(0x42, text_octets("qqCVCA00001"));
            d.files[File::cvca].resize(36);
          }),
      one("with-three-references",
          [](LdsDocument& d) {
            Bytes file;
            for (int i = 0; i < 3; ++i) base::append(file, asn1::encode_tlv(0x42, text_octets("UTCV00001")));
            file.resize(36);
            d.files[File::cvca] = file;
          }),
  };
}

std::vector<RuleBreaker> of_atr_info() {
  const auto one = [](std::string name, std::string check, void (*apply)(LdsDocument&)) {
    return RuleBreaker{"atr-info-" + std::move(name), Kind::passport, File::atr_info, "ef-atr-info-" + std::move(check),
                       apply};
  };
  return {
      one("with-half-an-object", "structure",
          [](LdsDocument& d) { base::append(d.files.at(File::atr_info), "4305AA"_hex); }),
      one("with-half-an-object-inside", "structure",
          [](LdsDocument& d) { base::append(d.files.at(File::atr_info), "E103 0205AA"_hex); }),
      one("without-sizes", "extended-length",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x7F66}, without()); }),
      one("sizes-under-another-tag", "extended-length",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x7F66}, with_tag(0x7F65)); }),
      one("with-one-size", "buffer-sizes",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x7F66}, with_value("02020400"_hex)); }),
      one("with-three-sizes", "buffer-sizes",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x7F66}, with_value("020204000202040002020400"_hex)); }),
      one("with-a-negative-size", "buffer-sizes",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x7F66}, with_value("0202040002028400"_hex)); }),
      one("without-capabilities", "capabilities",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x47}, without()); }),
      one("without-chaining", "capabilities",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x47}, with_value("840140"_hex)); }),
      one("with-two-octets-of-capabilities", "capabilities",
          [](LdsDocument& d) { edit_file(d, File::atr_info, {0x47}, with_value("8401"_hex)); }),
  };
}

}  // namespace

std::vector<RuleBreaker> card_breakers() {
  auto joined = of_dg15();
  for (auto* list : {of_cvca, of_atr_info}) {
    for (auto& one : list()) joined.push_back(std::move(one));
  }
  return joined;
}

}  // namespace cicada::tests
