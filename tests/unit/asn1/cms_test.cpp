#include "cicada/asn1/cms.h"

#include "bsi_sod.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/lds_security_object.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/x509.h"
#include "exact.h"
#include "openssl_cli.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

constexpr auto kContent = "thirty octets of signed content";

Result<SignedData> parse(ByteView octets) {
  return parse_signed_data(Exact{octets}.view());
}

}  // namespace

TEST_GROUP(Cms) {
  OpenSsl openssl;

  void setup() override {
    openssl.make_ec_key("ds", "P-256", false);
    openssl.make_certificate("ds", "/C=VN/CN=DS");
    openssl.write("content", kContent);
  }

  Bytes sign(const std::string& options) const {
    openssl.must(
        "cms -sign -binary -nodetach -nosmimecap -md sha256 -econtent_type 2.23.136.1.1.1 -signer ds.crt -inkey ds.key "
        "-in content -outform DER -out cms " +
        options);
    return openssl.read("cms");
  }

  Bytes digest_of(const std::string& file) const {
    openssl.must("dgst -sha256 -binary -out digest " + file);
    return openssl.read("digest");
  }

  Bytes assemble(ByteView content, const AlgorithmIdentifier& signature_algorithm, std::optional<Instant> signing_time)
      const {
    openssl.write("content", content);
    const auto certificate = parse_certificate(openssl.read("ds.der")).value();
    const auto attributes = encode_signed_attributes({.content_type = oids::kLdsSecurityObject,
                                                      .message_digest = digest_of("content"),
                                                      .signing_time = signing_time})
                                .value();
    openssl.write("attributes", attributes);
    openssl.must("dgst -sha256 -sign ds.key -out signature attributes");
    const auto signature = openssl.read("signature");
    const AlgorithmIdentifier digest{.oid = oids::kSha256, .parameters = "0500"_hex};
    return encode_signed_data({.content_type = oids::kLdsSecurityObject,
                               .content = content,
                               .digest_algorithm = digest,
                               .certificate = certificate.der,
                               .issuer = certificate.issuer.der,
                               .serial = certificate.serial,
                               .signed_attributes = attributes,
                               .signature_algorithm = signature_algorithm,
                               .signature = signature})
        .value();
  }
};

TEST(Cms, of_openssl_is_read_in_every_part) {
  const auto message = parse(sign(""));
  CHECK_OK(message);
  LONGS_EQUAL(3, message->version);
  CHECK(message->content_type == oids::kLdsSecurityObject);
  CHECK_STRING(kContent, as_text(message->content.value()));
  LONGS_EQUAL(1, message->digest_algorithms.size());
  CHECK(message->digest_algorithms[0].oid == oids::kSha256);
  LONGS_EQUAL(1, message->certificates.size());
  CHECK_BYTES(openssl.read("ds.der"), message->certificates[0]);
  CHECK(message->revocation_lists.empty());
  CHECK(message->deviations.empty());
  LONGS_EQUAL(1, message->signer_infos.size());
  const auto& signer = message->signer_infos[0];
  const auto certificate = parse_certificate(openssl.read("ds.der")).value();
  LONGS_EQUAL(1, signer.version);
  CHECK_FALSE(signer.sid.is_key_identifier());
  CHECK_BYTES(certificate.issuer.der, signer.sid.issuer);
  CHECK_BYTES(certificate.serial, signer.sid.serial);
  CHECK(signer.digest_algorithm.oid == oids::kSha256);
  CHECK(signer.signature_algorithm.oid == oids::kEcdsaWithSha256);
  CHECK(signer.content_type.value() == oids::kLdsSecurityObject);
  CHECK_BYTES(digest_of("content"), signer.message_digest.value());
  CHECK(signer.signing_time.has_value());
  CHECK_FALSE(signer.has_unsigned_attributes);
}

TEST(Cms, keeps_the_signed_attributes_as_they_were_signed) {
  const auto message = parse(sign("")).value();
  const auto& signer = message.signer_infos.at(0);
  LONGS_EQUAL(0xA0, signer.signed_attributes.front());
  LONGS_EQUAL(0x31, signer.signed_attributes_to_hash().front());
  openssl.write("attributes", signer.signed_attributes_to_hash());
  openssl.write("signature", signer.signature);
  openssl.must("pkey -in ds.key -pubout -out ds.pub");
  openssl.must("dgst -sha256 -verify ds.pub -signature signature attributes");
}

TEST(Cms, with_a_key_identifier_or_without_attributes_is_read) {
  const auto by_key = parse(sign("-keyid")).value();
  const auto& signer = by_key.signer_infos.at(0);
  LONGS_EQUAL(3, signer.version);
  CHECK(signer.sid.is_key_identifier());
  const auto certificate = parse_certificate(openssl.read("ds.der")).value();
  CHECK_BYTES(certificate.subject_key_identifier().value().value(), signer.sid.subject_key_identifier);
  const auto bare = parse(sign("-noattr -nocerts")).value();
  CHECK(bare.signer_infos.at(0).signed_attributes.empty());
  CHECK(bare.signer_infos.at(0).signed_attributes_to_hash().empty());
  CHECK(bare.certificates.empty());
}

TEST(Cms, with_indefinite_lengths_and_content_in_pieces_is_the_same_message) {
  // More than one piece of openssl's streaming encoder.
  Bytes content(5000);
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i);
  openssl.write("content", content);
  const auto ber = sign("-stream");
  CHECK_BYTES("3080"_hex, ByteView{ber}.first(2));
  const auto message = parse(ber);
  CHECK_OK(message);
  CHECK_BYTES(content, message->content.value());
  LONGS_EQUAL(2, message->deviations.size());
  CHECK_BYTES(openssl.read("ds.der"), message->certificates.at(0));
  const auto& signer = message->signer_infos.at(0);
  CHECK_BYTES(digest_of("content"), signer.message_digest.value());
  openssl.write("attributes", signer.signed_attributes_to_hash());
  openssl.write("signature", signer.signature);
  openssl.must("pkey -in ds.key -pubout -out ds.pub");
  openssl.must("dgst -sha256 -verify ds.pub -signature signature attributes");
}

TEST(Cms, signed_with_pss_carries_its_parameters) {
  openssl.make_rsa_key("ds");
  openssl.make_certificate("ds", "/C=VN/CN=DS");
  const auto message = parse(sign("-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32"));
  CHECK_OK(message);
  const auto& algorithm = message->signer_infos.at(0).signature_algorithm;
  CHECK(algorithm.oid == oids::kRsassaPss);
  const auto pss = parse_pss_parameters(algorithm.parameters);
  CHECK_OK(pss);
  CHECK(pss->hash == oids::kSha256);
  CHECK(pss->mgf_hash == oids::kSha256);
  LONGS_EQUAL(32, pss->salt_length);
}

TEST(Cms, with_several_signers_crls_and_detached_content_is_read) {
  openssl.make_ec_key("other", "P-384", false);
  openssl.make_certificate("other", "/C=VN/CN=Other");
  openssl.must(
      "cms -sign -binary -nosmimecap -signer ds.crt -inkey ds.key -signer other.crt -inkey other.key -in content "
      "-outform DER -out cms");
  const auto message = parse(openssl.read("cms"));
  CHECK_OK(message);
  LONGS_EQUAL(2, message->signer_infos.size());
  LONGS_EQUAL(2, message->certificates.size());
  CHECK_FALSE(message->content.has_value());
  CHECK(message->content_type == oids::kData);
}

TEST(Cms, of_the_bsi_data_set_is_read) {
  const auto data = lds_vector("bsi2008-sod");
  const auto message = parse(bsi_content_info());
  CHECK_OK(message);
  LONGS_EQUAL(3, message->version);
  CHECK_BYTES(octets(data, "lds_security_object"), message->content.value());
  CHECK_BYTES(octets(data, "ds_cert"), message->certificates.at(0));
  const auto& signer = message->signer_infos.at(0);
  CHECK_BYTES(octets(data, "signed_attrs_tbs"), signer.signed_attributes_to_hash());
  CHECK_BYTES("111CB0211C65B480C369EE7059636C4C1D93B573"_hex, signer.message_digest.value());
  CHECK_BYTES("1267"_hex, signer.sid.serial);
  CHECK(signer.digest_algorithm.oid == oids::kSha1);
  CHECK(signer.signature_algorithm.oid == oids::kEcdsaWithSha1);
  LONGS_EQUAL(64, signer.signature.size());
}

TEST(Cms, of_another_content_type_is_unsupported_and_garbage_is_malformed) {
  openssl.must("cms -data_create -binary -in content -outform DER -out cms");
  CHECK_FAULT(Fault::unsupported, parse(openssl.read("cms")));
  for (const auto& octets : {""_hex, "30"_hex, "3000"_hex, "3080"_hex, "30800000"_hex, "0500"_hex, "30020500"_hex,
                             "300D06092A864886F70D010702A000"_hex}) {
    CHECK_FAULT(Fault::malformed, parse(octets));
  }
}

TEST(Cms, is_refused_when_cut_or_extended) {
  for (const auto* options : {"", "-stream"}) {
    auto whole = sign(options);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CHECK_FALSE(parse(ByteView{whole}.first(size)).has_value());
    }
    whole.push_back(0);
    CHECK_FAULT(Fault::malformed, parse(whole));
  }
}

TEST(Cms, with_a_repeated_or_manifold_signed_attribute_is_refused) {
  const auto attributes = [](std::initializer_list<Bytes> list) {
    Bytes content;
    for (const auto& attribute : list) append(content, attribute);
    return content;
  };
  const AlgorithmIdentifier sha256{.oid = oids::kSha256, .parameters = {}};
  const AlgorithmIdentifier ecdsa{.oid = oids::kEcdsaWithSha256, .parameters = {}};
  const auto with = [&](const Bytes& content) {
    return parse(encode_signed_data({.content_type = oids::kLdsSecurityObject,
                                     .content = "00"_hex,
                                     .digest_algorithm = sha256,
                                     .certificate = {},
                                     .issuer = Bytes{"3000"_hex},
                                     .serial = Bytes{"01"_hex},
                                     .signed_attributes = encode_tlv(tags::kSet, content),
                                     .signature_algorithm = ecdsa,
                                     .signature = {}})
                     .value());
  };
  const auto attribute = [](const Oid& type, const Bytes& values) {
    return encode_sequence({type.der(), encode_tlv(tags::kSet, values)});
  };
  const auto digest = attribute(oids::kMessageDigest, "0401AA"_hex);
  const auto type = attribute(oids::kContentType, oids::kLdsSecurityObject.der());
  CHECK_OK(with(attributes({digest, type})));
  CHECK_FAULT(Fault::malformed, with(attributes({digest, type, digest})));
  CHECK_FAULT(Fault::malformed, with(attributes({type, digest, type})));
  CHECK_FAULT(Fault::malformed, with(attribute(oids::kMessageDigest, "0401AA0401BB"_hex)));
  CHECK_FAULT(Fault::malformed, with(attribute(oids::kMessageDigest, {})));
  CHECK_FAULT(Fault::malformed, with(attribute(oids::kMessageDigest, "020101"_hex)));
  CHECK_FAULT(Fault::malformed, with(attribute(oids::kContentType, "0401AA"_hex)));
  // A time that cannot be read takes nothing from the signature.
  const auto timeless = with(attribute(oids::kSigningTime, "0401AA"_hex));
  CHECK_OK(timeless);
  CHECK_STRING("signing-time-not-readable", timeless->deviations.at(0).view());
  CHECK_FALSE(timeless->signer_infos.at(0).signing_time.has_value());
  const auto time = attribute(oids::kSigningTime, encode_time(Instant{}).value());
  CHECK_FAULT(Fault::malformed, with(attributes({time, time})));
}

TEST(Cms, normalises_only_what_is_indefinite) {
  // SEQUENCE (indefinite) { SEQUENCE { 04 81 01 AA } , [0] (indefinite) { INTEGER 1 } }
  const auto nested = "3080 3004 048101AA A080 020101 0000 0000"_hex;
  CHECK_FAULT(Fault::malformed, parse(nested));  // no message, but it is walked over to its end
  // The over-long length inside the definite part of a message is kept: signed octets must not change.
  auto ber = sign("-stream");
  const auto message = parse(ber).value();
  CHECK_BYTES(openssl.read("ds.der"), message.certificates.at(0));
}

TEST(Cms, nested_too_deep_is_refused) {
  Bytes deep;
  for (int i = 0; i < 1000; ++i) append(deep, "3080"_hex);
  CHECK_FAULT(Fault::limit, parse(deep));
  Bytes definite;
  for (int i = 0; i < 40; ++i) definite = encode_tlv(0x30, definite);
  CHECK_FAULT(Fault::limit, parse(definite));
}

TEST(Cms, of_ours_is_verified_by_openssl) {
  const auto content = as_bytes(kContent);
  const AlgorithmIdentifier ecdsa{.oid = oids::kEcdsaWithSha256, .parameters = {}};
  for (const auto& time :
       {std::optional<Instant>{}, std::optional<Instant>{Instant{std::chrono::seconds{1'700'000'000}}}}) {
    openssl.write("ours", assemble(content, ecdsa, time));
    openssl.must("cms -verify -inform DER -in ours -CAfile ds.crt -purpose any -binary -out verified");
    CHECK_STRING(kContent, openssl.text("verified"));
    openssl.must("cms -cmsout -print -inform DER -in ours");
    const auto text = openssl.text("out");
    CHECK_TEXT(text.find("2.23.136.1.1.1") != std::string::npos, text.c_str());
    CHECK_TEXT((text.find("signingTime") != std::string::npos) == time.has_value(), text.c_str());
  }
}

TEST(Cms, of_ours_with_rsa_is_verified_by_openssl) {
  openssl.make_rsa_key("ds");
  openssl.make_certificate("ds", "/C=VN/CN=DS");
  openssl.write("ours",
                assemble(as_bytes(kContent), {.oid = oids::kSha256WithRsa, .parameters = encode_null()}, std::nullopt));
  openssl.must("cms -verify -inform DER -in ours -CAfile ds.crt -purpose any -binary -out verified");
  CHECK_STRING(kContent, openssl.text("verified"));
}

TEST(Cms, of_ours_follows_the_profile) {
  const AlgorithmIdentifier ecdsa{.oid = oids::kEcdsaWithSha256, .parameters = {}};
  const auto der = assemble(as_bytes(kContent), ecdsa, std::nullopt);
  const auto message = parse(der).value();
  LONGS_EQUAL(3, message.version);
  LONGS_EQUAL(1, message.signer_infos.at(0).version);
  // 9303-10 §4.6.2.2: digest algorithms without NULL.
  CHECK(message.digest_algorithms.at(0).parameters.empty());
  CHECK(message.signer_infos.at(0).digest_algorithm.parameters.empty());
  CHECK_BYTES(openssl.read("attributes"), message.signer_infos.at(0).signed_attributes_to_hash());
  CHECK(message.deviations.empty());
}

TEST(Cms, of_ours_refuses_attributes_that_are_no_set) {
  const SignedDataParts parts{.content_type = oids::kData,
                              .content = {},
                              .digest_algorithm = {},
                              .certificate = {},
                              .issuer = {},
                              .serial = {},
                              .signed_attributes = {},
                              .signature_algorithm = {},
                              .signature = {}};
  CHECK_FAULT(Fault::bad_input, encode_signed_data(parts));
}
