// Spoilt SecurityInfos, card-verifiable certificates, lists and keys: ten thousand for each parser.
#include "bsi_sod.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/deviation_list.h"
#include "cicada/asn1/ef_cvca.h"
#include "cicada/asn1/master_list.h"
#include "cicada/asn1/oids.h"
#include "cicada/asn1/security_infos.h"
#include "eac_vectors.h"
#include "mutation.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

/// Whatever is accepted is what it was: certificates have one encoding.
bool visit_certificate(ByteView der) {
  const auto certificate = parse_cv_certificate(der);
  if (!certificate) return false;
  const auto body = encode_cv_body(*certificate);
  // Dates may stand in the wrong order; everything else is written as it was read.
  if (body) {
    CHECK_BYTES(certificate->body, *body);
    CHECK_BYTES(der, encode_cv_certificate(*body, certificate->signature));
  } else {
    CHECK(certificate->expiration < certificate->effective);
  }
  return true;
}

Bytes some_deviation_list() {
  const auto documents = concat({encode_tlv(0x80, as_bytes("P<")), encode_tlv(0x82, Bytes(20, 0x31)),
                                 encode_tlv(0xA5, concat({encode_string(tags::kPrintableString, "C01X0006H"),
                                                          encode_string(tags::kPrintableString, "C01X0007H")}))});
  const auto description = encode_sequence({encode_string(tags::kPrintableString, "wrong"),
                                            oids::kDeviationDgHashWrong.der(), encode_tlv(0xA0, encode_integer(1))});
  const auto entry = encode_sequence({encode_tlv(tags::kSequence, documents), encode_tlv(tags::kSet, description)});
  return encode_sequence({encode_integer(0), encode_tlv(tags::kSet, entry)});
}

std::chrono::microseconds time_of_parsing(const Bytes& octets) {
  const Exact exact{octets};
  const auto begin = processor_time();
  static_cast<void>(parse_security_infos(exact.view()).has_value());
  static_cast<void>(parse_cv_certificate(exact.view()).has_value());
  static_cast<void>(parse_cv_request(exact.view()).has_value());
  static_cast<void>(parse_master_list(exact.view()).has_value());
  static_cast<void>(parse_deviation_list(exact.view()).has_value());
  return processor_time() - begin;
}

}  // namespace

TEST_GROUP(EacMutation){};

TEST(EacMutation, of_security_infos) {
  check(try_all({eac_octets("tr03110-pace-ecdh-gm-pin", "ef_cardaccess"),
                 *parse_signed_data(eac_octets("tr03110-pace-dh-gm-pin", "ef_cardsecurity"))->content,
                 to_bytes(read_only(octets(lds_vector("bsi2008-sod"), "dg14"), 0x6E).value().value)},
                21, [](ByteView set) {
                  const auto infos = parse_security_infos(set);
                  if (!infos) return false;
                  static_cast<void>(missing_from(*infos, *infos));
                  // Nothing is dropped: what was read can be read again, entry by entry.
                  const auto again = parse_security_infos(encode_security_infos(infos->entries));
                  CHECK_OK(again);
                  LONGS_EQUAL(infos->entries.size(), again->entries.size());
                  for (const auto& key : infos->all<ChipAuthenticationPublicKeyInfo>()) {
                    static_cast<void>(parse_dh_public_key(key.info->public_key).has_value());
                    static_cast<void>(parse_ec_public_key(key.info->public_key).has_value());
                    static_cast<void>(dh_value_of_standardized(key.info->public_key).has_value());
                    static_cast<void>(standardized_domain(key.info->public_key.algorithm).has_value());
                  }
                  return true;
                }));
}

TEST(EacMutation, of_card_verifiable_certificates) {
  check(try_all({cv_octets("eac1-chain-jmrtd-orig", "cvca"), cv_octets("eac1-chain-jmrtd-orig", "is"),
                 eac_octets("tr03110-ta2-ecdh", "terminal_cert"), eac_octets("tr03110-ta2-dh", "cvca_cert")},
                22, visit_certificate));
}

TEST(EacMutation, of_requests) {
  const auto cvca = parse_cv_certificate(cv_octets("eac1-chain-jmrtd-orig", "cvca")).value();
  const auto body = encode_cv_request_body({.authority_reference = "NLCVCAA00001",
                                            .public_key = cvca.public_key,
                                            .holder_reference = "NLDVAAANL002",
                                            .extensions = {{.type = Oid::of("1.2.3"), .data = "530101"_hex}}})
                        .value();
  const auto request = encode_cv_certificate(body, cvca.signature);
  check(try_all({request}, 23, [](ByteView der) {
    const auto read = parse_cv_request(der);
    if (!read) return false;
    if (const auto again = encode_cv_request_body(*read)) CHECK_BYTES(read->body, *again);
    return true;
  }));
  const auto covered = encode_outer_signed_octets(request, "NLDVAAANL001").value();
  check(try_all({encode_authenticated_cv_request(covered, cvca.signature)}, 24, [](ByteView der) {
    const auto read = parse_authenticated_cv_request(der);
    if (!read) return false;
    CHECK_BYTES(der, encode_authenticated_cv_request(read->signed_octets, read->signature));
    return true;
  }));
}

TEST(EacMutation, of_lists) {
  std::vector<Bytes> certificates;
  for (std::uint32_t i = 0; i < 20; ++i) {
    certificates.push_back(encode_sequence({encode_integer(i), encode_octet_string(Bytes(50, 0x5A))}));
  }
  check(try_all({encode_master_list(certificates).value()}, 25, [](ByteView content) {
    const auto list = parse_master_list(content);
    if (!list) return false;
    CHECK_OK(encode_master_list(list->certificates));
    return true;
  }));
  check(try_all({some_deviation_list()}, 26, [](ByteView content) {
    const auto list = parse_deviation_list(content);
    if (!list) return false;
    for (const auto& entry : list->entries) {
      for (const auto& description : entry.descriptions) static_cast<void>(description.data_group());
    }
    return true;
  }));
}

TEST(EacMutation, of_the_names_of_trusted_keys) {
  check(try_all({encode_ef_cvca({"VNCVCATESTT00002", "VNCVCATESTT00001"}).value()}, 27, [](ByteView file) {
    const auto references = parse_ef_cvca(file);
    if (!references) return false;
    CHECK_BYTES(file, encode_ef_cvca(*references).value());
    return true;
  }));
}

TEST(EacMutation, of_hostile_size_costs_no_more_than_its_share) {
  const std::vector<std::function<Bytes(std::size_t)>> shapes{
      [](std::size_t size) {
        Bytes deep;
        while (deep.size() < size) append(deep, "3180"_hex);
        return deep;
      },
      [](std::size_t size) {
        Bytes flat;
        while (flat.size() < size) append(flat, "3003060105"_hex);
        return encode_tlv(tags::kSet, flat);
      },
      [](std::size_t size) {
        Bytes flat;
        while (flat.size() < size) append(flat, "3000"_hex);
        return encode_sequence({encode_integer(0), encode_tlv(tags::kSet, flat)});
      },
      [](std::size_t size) {
        Bytes flat;
        while (flat.size() < size) append(flat, "300430003100"_hex);
        return concat({"3080 020100 3180"_hex, flat, "0000 0000"_hex});
      },
  };
  for (const auto& shape : shapes) {
    for (const std::size_t size : {1'000UL, 10'000UL, 100'000UL, 1'000'000UL}) {
      const auto took = time_of_parsing(shape(size));
      CHECK(took < std::chrono::milliseconds{50} + std::chrono::microseconds{500} * (size / 1000));
    }
  }
}
