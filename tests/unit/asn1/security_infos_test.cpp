#include "cicada/asn1/security_infos.h"

#include "bsi_sod.h"
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "eac_vectors.h"
#include "exact.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

Result<SecurityInfos> parse(const Bytes& octets) {
  return parse_security_infos(Exact{octets}.view());
}

/// The SET around these entries, in this order.
Bytes set_of(std::initializer_list<ByteView> entries) {
  return encode_tlv(tags::kSet, entries);
}

bool notes(const SecurityInfos& infos, std::string_view deviation) {
  return std::ranges::any_of(infos.deviations, [&](const auto& literal) { return literal.view() == deviation; });
}

Bytes entry(const Oid& protocol, ByteView data) {
  return encode_sequence({protocol.der(), data});
}

/// The one entry, read as what its protocol says.
template <typename Info>
Info only(const Bytes& entry_der) {
  const auto infos = parse(set_of({entry_der}));
  CHECK_OK(infos);
  LONGS_EQUAL(1, infos->entries.size());
  CHECK_BYTES(entry_der, infos->entries[0].der);
  const auto found = infos->all<Info>();
  LONGS_EQUAL(1, found.size());
  return *found[0].info;
}

SubjectPublicKeyInfo some_key() {
  return parse_public_key_info(encode_ec_public_key_info(Oid::of("1.2.840.10045.3.1.7"), Bytes(65, 0x04))).value();
}

}  // namespace

TEST_GROUP(SecurityInfos){};

TEST(SecurityInfos, of_the_worked_example_over_elliptic_curves_are_read) {
  const auto infos = parse(eac_octets("tr03110-pace-ecdh-gm-pin", "ef_cardaccess"));
  CHECK_OK(infos);
  LONGS_EQUAL(6, infos->entries.size());
  const auto pace = infos->all<PaceInfo>();
  LONGS_EQUAL(1, pace.size());
  CHECK(pace[0].entry->protocol == oids::kPaceEcdhGmAes128);
  CHECK((*pace[0].info == PaceInfo{.version = 2, .parameter_id = 13}));
  const auto chip = infos->all<ChipAuthenticationInfo>();
  LONGS_EQUAL(1, chip.size());
  CHECK(chip[0].entry->protocol == oids::kCaEcdhAes128);
  LONGS_EQUAL(2, chip[0].info->version);
  LONGS_EQUAL(1, *chip[0].info->key_id);
  const auto terminal = infos->all<TerminalAuthenticationInfo>();
  LONGS_EQUAL(1, terminal.size());
  LONGS_EQUAL(2, terminal[0].info->version);
  CHECK_FALSE(terminal[0].info->ef_cvca.has_value());
  // Domain parameters of chip authentication (EAC2), the locator of card information, privileged terminals.
  const auto unknown = infos->all<UnknownInfo>();
  LONGS_EQUAL(3, unknown.size());
  CHECK(unknown[1].entry->protocol == oids::kIdCi);
  CHECK_BYTES("162368747470733A2F2F7777772E686A702D636F6E73756C74696E672E636F6D2F686F6D65"_hex, unknown[1].info->data);
}

TEST(SecurityInfos, of_the_signed_worked_example_repeat_those_of_the_open_file_but_for_one) {
  const auto message = parse_signed_data(eac_octets("tr03110-pace-dh-gm-pin", "ef_cardsecurity"));
  CHECK_OK(message);
  CHECK(message->content_type == oids::kSecurityObject);
  const auto signed_infos = parse(*message->content);
  CHECK_OK(signed_infos);
  const auto keys = signed_infos->all<ChipAuthenticationPublicKeyInfo>();
  LONGS_EQUAL(1, keys.size());
  CHECK(keys[0].entry->protocol == oids::kIdPkDh);
  LONGS_EQUAL(1, *keys[0].info->key_id);
  LONGS_EQUAL(0, standardized_domain(keys[0].info->public_key.algorithm)->value());
  CHECK_BYTES(eac_octets("tr03110-ca2-dh", "picc_pub_key"), dh_value_of_standardized(keys[0].info->public_key).value());
  // The example's signed file leaves out the infos for privileged terminals; a real reader must say so.
  const auto card_access = parse(eac_octets("tr03110-pace-dh-gm-pin", "ef_cardaccess"));
  CHECK_OK(card_access);
  const auto missing = missing_from(*card_access, *signed_infos);
  LONGS_EQUAL(1, missing.size());
  CHECK(missing[0].protocol == oids::kIdPt);
}

TEST(SecurityInfos, of_two_data_groups_14_are_read) {
  const auto bsi = parse(to_bytes(read_only(octets(lds_vector("bsi2008-sod"), "dg14"), 0x6E).value().value));
  CHECK_OK(bsi);
  const auto keys = bsi->all<ChipAuthenticationPublicKeyInfo>();
  LONGS_EQUAL(1, keys.size());
  CHECK(keys[0].entry->protocol == oids::kIdPkEcdh);
  CHECK_OK(parse_ec_public_key(keys[0].info->public_key));
  LONGS_EQUAL(1, bsi->all<TerminalAuthenticationInfo>().size());
  LONGS_EQUAL(0, bsi->all<UnknownInfo>().size());
  const auto sample = parse(to_bytes(read_only(octets(lds_vector("dg14-sample"), "hex"), 0x6E).value().value));
  CHECK_OK(sample);
  LONGS_EQUAL(1, sample->all<ChipAuthenticationPublicKeyInfo>().size());
}

TEST(SecurityInfos, of_every_kind_are_read_as_they_were_written) {
  const std::vector<SecurityInfo> all{
      make_security_info(oids::kPaceEcdhCamAes256, PaceInfo{.version = 2, .parameter_id = 16}),
      make_security_info(oids::kPaceDhIm3des, PaceInfo{.version = 2, .parameter_id = std::nullopt}),
      make_security_info(oids::kPaceDhGm, PaceDomainParameterInfo{.domain_parameter = standardized_domain_algorithm(2),
                                                                  .parameter_id = 40}),
      make_security_info(oids::kCaEcdh3des, ChipAuthenticationInfo{.version = 1, .key_id = 300}),
      make_security_info(oids::kIdPkEcdh,
                         ChipAuthenticationPublicKeyInfo{.public_key = some_key(), .key_id = 0xFFFFFFFF}),
      make_security_info(oids::kIdTa, TerminalAuthenticationInfo{.version = 1, .ef_cvca = std::nullopt}),
      make_security_info(
          oids::kIdTa,
          TerminalAuthenticationInfo{.version = 1, .ef_cvca = CvcaFile{.file_id = 0x011C, .short_file_id = 28}}),
      make_security_info(oids::kAaProtocolObject,
                         ActiveAuthenticationInfo{.version = 1, .signature_algorithm = oids::kEcdsaPlainSha256}),
      make_security_info(oids::kEfDirInfo, EfDirInfo{.ef_dir = "61094F07A0000002471001"_hex}),
      make_security_info(oids::kIdPt, UnknownInfo{.data = "3100"_hex}),
  };
  const auto set = encode_security_infos(all);
  const auto read = parse(set);
  CHECK_OK(read);
  LONGS_EQUAL(all.size(), read->entries.size());
  LONGS_EQUAL(0, read->deviations.size());
  CHECK_BYTES(set, encode_security_infos(read->entries));
  for (const auto& written : all) {
    const auto same = std::ranges::find(read->entries, written.der, &SecurityInfo::der);
    CHECK(same != read->entries.end());
    CHECK(same->protocol == written.protocol);
    LONGS_EQUAL(written.info.index(), same->info.index());
  }
  CHECK((only<PaceDomainParameterInfo>(all[2].der) == std::get<PaceDomainParameterInfo>(all[2].info)));
  CHECK((only<TerminalAuthenticationInfo>(all[6].der) == std::get<TerminalAuthenticationInfo>(all[6].info)));
  CHECK((only<ActiveAuthenticationInfo>(all[7].der) == std::get<ActiveAuthenticationInfo>(all[7].info)));
  CHECK((only<EfDirInfo>(all[8].der) == std::get<EfDirInfo>(all[8].info)));
  CHECK((only<UnknownInfo>(all[9].der) == std::get<UnknownInfo>(all[9].info)));
}

TEST(SecurityInfos, in_another_order_or_with_long_lengths_are_read_and_the_deviation_is_named) {
  const auto pace = make_security_info(oids::kPaceEcdhGmAes128, PaceInfo{.version = 2, .parameter_id = 12}).der;
  const auto chip = make_security_info(oids::kCaEcdhAes128, ChipAuthenticationInfo{}).der;
  const auto sorted = parse(set_of({chip, pace}));
  CHECK_OK(sorted);
  LONGS_EQUAL(0, sorted->deviations.size());
  const auto unsorted = parse(set_of({pace, chip}));
  CHECK_OK(unsorted);
  CHECK(notes(*unsorted, "the SET is not sorted"));
  CHECK_BYTES(pace, unsorted->entries[0].der);
  const auto twice = parse(set_of({pace, pace}));
  CHECK_OK(twice);
  LONGS_EQUAL(2, twice->entries.size());
  CHECK(notes(*twice, "an entry stands twice"));
  const auto over_long = parse(concat({"318200"_hex, Bytes{static_cast<std::uint8_t>(pace.size())}, pace}));
  CHECK_OK(over_long);
  CHECK(notes(*over_long, "a length is not in its shortest form"));
  const auto indefinite = parse(concat({"3180"_hex, pace, "0000"_hex}));
  CHECK_OK(indefinite);
  CHECK(notes(*indefinite, "a length is indefinite"));
  CHECK_BYTES(pace, indefinite->entries[0].der);
}

TEST(SecurityInfos, that_do_not_have_the_form_of_their_protocol_are_kept_as_unknown) {
  const auto good = make_security_info(oids::kPaceEcdhGmAes128, PaceInfo{.version = 2, .parameter_id = 12}).der;
  const std::vector<Bytes> bad{
      entry(oids::kPaceEcdhGmAes128, "0400"_hex),
      entry(oids::kPaceEcdhGmAes128, "0201020201FF"_hex),          // a negative number
      entry(oids::kPaceEcdhGmAes128, "02010202010D0500"_hex),      // goes on
      entry(oids::kPaceEcdhGmAes128, "02010202050100000000"_hex),  // a number over 32 bits
      entry(oids::kPaceEcdhGm, "02010202010D"_hex),                // no AlgorithmIdentifier
      entry(oids::kCaEcdhAes128, ""_hex),
      entry(oids::kIdPkEcdh, "3000"_hex),
      entry(oids::kIdTa, "0201013000"_hex),
      entry(oids::kIdTa, "0201013003040111"_hex),  // a file identifier of one octet
      entry(oids::kIdTa,
            "020101300804020111040211"  // a short one of two
            "11"_hex),
      entry(oids::kAaProtocolObject, "020101"_hex),
      entry(oids::kEfDirInfo, "0200"_hex),
  };
  for (const auto& der : bad) {
    const auto infos = parse(set_of({der, good}));
    CHECK_OK(infos);
    LONGS_EQUAL(2, infos->entries.size());
    CHECK(std::holds_alternative<UnknownInfo>(infos->entries[0].info));
    CHECK_BYTES(der, infos->entries[0].der);
    CHECK(notes(*infos, "an entry does not have the form of its protocol"));
    LONGS_EQUAL(1, infos->all<PaceInfo>().size());
  }
}

TEST(SecurityInfos, of_protocols_nobody_knows_are_kept_without_complaint) {
  for (const auto& oid : {Oid::of("0.4.0.127.0.7.2.2.4.6.2.1"), Oid::of("0.4.0.127.0.7.2.2.4"), Oid::of("1.2.3"),
                          Oid::of("0.4.0.127.0.7.2.2.2.1")}) {
    const auto infos = parse(set_of({entry(oid, "0101FF"_hex)}));
    CHECK_OK(infos);
    LONGS_EQUAL(0, infos->deviations.size());
    CHECK_BYTES("0101FF"_hex, std::get<UnknownInfo>(infos->entries[0].info).data);
  }
}

TEST(SecurityInfos, are_refused_when_they_are_no_set_of_sequences_with_an_identifier) {
  const auto good = make_security_info(oids::kIdTa, TerminalAuthenticationInfo{}).der;
  CHECK_OK(parse("3100"_hex));
  CHECK_FAULT(Fault::malformed, parse({}));
  CHECK_FAULT(Fault::malformed, parse(encode_tlv(tags::kSequence, good)));
  CHECK_FAULT(Fault::malformed, parse(set_of({"020101"_hex})));
  CHECK_FAULT(Fault::malformed, parse(set_of({"3000"_hex})));
  CHECK_FAULT(Fault::malformed, parse(set_of({"3003020101"_hex})));
  CHECK_FAULT(Fault::malformed, parse(set_of({"30020600"_hex})));
  CHECK_FAULT(Fault::malformed, parse(concat({set_of({good}), "00"_hex})));
  const auto whole = set_of({good});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FAULT(Fault::malformed, parse(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
  }
}

TEST(SecurityInfos, beyond_all_measure_are_refused) {
  const auto one = entry(Oid::of("1.2.3"), "0500"_hex);
  Bytes entries;
  for (std::size_t i = 0; i < kMaxSecurityInfos; ++i) append(entries, one);
  CHECK_OK(parse(encode_tlv(tags::kSet, entries)));
  append(entries, one);
  CHECK_FAULT(Fault::limit, parse(encode_tlv(tags::kSet, entries)));
  CHECK_FAULT(Fault::limit,
              parse(set_of({entry(Oid::of("1.2.3"), encode_octet_string(Bytes(kMaxSecurityInfosSize)))})));
}

TEST(SecurityInfos, that_only_the_unsigned_file_has_are_told_one_by_one) {
  const auto strong = make_security_info(oids::kPaceEcdhGmAes256, PaceInfo{.version = 2, .parameter_id = 16});
  const auto weak = make_security_info(oids::kPaceDhGm3des, PaceInfo{.version = 2, .parameter_id = 0});
  const auto other_domain = make_security_info(oids::kPaceEcdhGmAes256, PaceInfo{.version = 2, .parameter_id = 12});
  const SecurityInfos open{.entries = {strong, weak}, .deviations = {}};
  LONGS_EQUAL(0, missing_from(open, open).size());
  LONGS_EQUAL(0, missing_from({}, open).size());
  LONGS_EQUAL(2, missing_from(open, {}).size());
  const SecurityInfos closed{.entries = {other_domain, strong}, .deviations = {}};
  const auto missing = missing_from(open, closed);
  LONGS_EQUAL(1, missing.size());
  CHECK_BYTES(weak.der, missing[0].der);
}
