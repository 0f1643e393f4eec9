// Master lists and deviation lists, and the envelope that carries them.
#include "cicada/asn1/cms.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/deviation_list.h"
#include "cicada/asn1/master_list.h"
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

bool notes(const std::vector<Literal>& deviations, std::string_view deviation) {
  return std::ranges::any_of(deviations, [&](const auto& literal) { return literal.view() == deviation; });
}

Bytes numbered_certificate(std::uint32_t number) {
  return encode_sequence({encode_integer(number), encode_octet_string(Bytes(600, 0x5A))});
}

Bytes list_of(std::initializer_list<ByteView> certificates, std::uint32_t version = 0) {
  return encode_sequence({encode_integer(version), encode_tlv(tags::kSet, certificates)});
}

Result<CscaMasterList> master(const Bytes& content) {
  return parse_master_list(Exact{content}.view());
}

Result<DeviationList> deviations(const Bytes& content) {
  return parse_deviation_list(Exact{content}.view());
}

Bytes context(std::uint8_t tag, ByteView content) {
  return encode_tlv(tag, content);
}

Bytes printable(std::string_view text) {
  return encode_string(tags::kPrintableString, text);
}

Bytes time(int year) {
  const std::chrono::sys_days day{std::chrono::year{year} / 1 / 1};
  return encode_generalized_time(Instant{day}).value();
}

Bytes description(const Oid& type) {
  return encode_sequence({printable("hash of DG1 is wrong"), type.der(), context(0xA0, encode_integer(1))});
}

Bytes deviation_list(std::initializer_list<ByteView> entries) {
  return encode_sequence({encode_integer(0), encode_tlv(tags::kSet, entries)});
}

/// One entry with these documents and one description.
Bytes one_entry(ByteView documents) {
  return encode_sequence(
      {encode_tlv(tags::kSequence, documents), encode_tlv(tags::kSet, description(oids::kDeviationDgHashWrong))});
}

}  // namespace

TEST_GROUP(MasterList){};

TEST(MasterList, is_read_as_it_was_written_sorted_and_each_certificate_once) {
  const std::vector<Bytes> certificates{numbered_certificate(3), numbered_certificate(1), numbered_certificate(3),
                                        numbered_certificate(2)};
  const auto content = encode_master_list(certificates);
  CHECK_OK(content);
  const auto list = master(*content);
  CHECK_OK(list);
  LONGS_EQUAL(0, list->version);
  LONGS_EQUAL(3, list->certificates.size());
  for (std::uint32_t i = 0; i < 3; ++i) CHECK_BYTES(numbered_certificate(i + 1), list->certificates.at(i));
  LONGS_EQUAL(0, list->deviations.size());
  CHECK_BYTES(*content, encode_master_list(list->certificates).value());
  CHECK_BYTES("30050201003100"_hex, encode_master_list({}).value());
}

TEST(MasterList, of_thousands_is_read_whole) {
  std::vector<Bytes> certificates;
  for (std::uint32_t i = 0; i < 5000; ++i) certificates.push_back(numbered_certificate(i));
  const auto list = master(encode_master_list(certificates).value());
  CHECK_OK(list);
  LONGS_EQUAL(5000, list->certificates.size());
}

TEST(MasterList, that_is_not_as_it_should_be_is_read_and_the_deviation_is_named) {
  const auto a = numbered_certificate(1);
  const auto b = numbered_certificate(2);
  CHECK(notes(master(list_of({b, a}))->deviations, "the SET is not sorted"));
  CHECK(notes(master(list_of({a, b}, 1))->deviations, "version of the master list is not 0"));
  const auto indefinite = master(concat({"3080 020100 3180"_hex, a, "3080 0500 0000"_hex, "0000 0000"_hex}));
  CHECK_OK(indefinite);
  CHECK(notes(indefinite->deviations, "a length is indefinite"));
  LONGS_EQUAL(2, indefinite->certificates.size());
  CHECK_BYTES(a, indefinite->certificates[0]);
  CHECK_BYTES("30020500"_hex, indefinite->certificates[1]);
}

TEST(MasterList, with_a_broken_certificate_still_gives_the_others) {
  const auto good = numbered_certificate(7);
  const auto list = master(list_of({"3002FFFF"_hex, good}));
  CHECK_OK(list);
  LONGS_EQUAL(2, list->certificates.size());
  CHECK_BYTES(good, list->certificates[1]);
}

TEST(MasterList, is_refused_when_it_is_none) {
  CHECK_FAULT(Fault::malformed, master({}));
  CHECK_FAULT(Fault::malformed, master("3000"_hex));
  CHECK_FAULT(Fault::malformed, master(encode_sequence({encode_tlv(tags::kSet, numbered_certificate(1))})));
  CHECK_FAULT(Fault::malformed, master(list_of({"020101"_hex})));
  CHECK_FAULT(Fault::malformed, master(concat({list_of({}), "00"_hex})));
  CHECK_FAULT(Fault::malformed, master("3080 020100 3180 0000"_hex));  // the outer end is missing
  CHECK_FAULT(Fault::bad_input, encode_master_list(std::vector<Bytes>{"020101"_hex}));
  const auto whole = list_of({"3000"_hex});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FAULT(Fault::malformed, master(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))));
  }
}

TEST(MasterList, with_more_certificates_than_any_world_has_is_refused) {
  Bytes many;
  for (std::size_t i = 0; i < kMaxMasterListCertificates; ++i) append(many, "3000"_hex);
  CHECK_OK(master(encode_sequence({encode_integer(0), encode_tlv(tags::kSet, many)})));
  append(many, "3000"_hex);
  CHECK_FAULT(Fault::limit, master(encode_sequence({encode_integer(0), encode_tlv(tags::kSet, many)})));
}

TEST_GROUP(ListEnvelope) {
  OpenSsl openssl;

  void setup() override {
    openssl.make_ec_key("csca", "P-256", false);
    openssl.make_certificate("csca", "/C=VN/CN=CSCA");
    openssl.make_ec_key("mls", "P-256", false);
    openssl.make_certificate("mls", "/C=VN/CN=MLS");
  }

  /// A message that names its signer by key and brings the other certificate along.
  Bytes assemble(ByteView content, ByteView key_identifier) const {
    openssl.write("content", content);
    openssl.must("dgst -sha256 -binary -out digest content");
    const auto attributes = encode_signed_attributes({.content_type = oids::kCscaMasterList,
                                                      .message_digest = openssl.read("digest"),
                                                      .signing_time = Instant{std::chrono::seconds{1'800'000'000}}})
                                .value();
    openssl.write("attributes", attributes);
    openssl.must("dgst -sha256 -sign mls.key -out signature attributes");
    const std::vector<Bytes> more{openssl.read("csca.der")};
    return encode_signed_data({.content_type = oids::kCscaMasterList,
                               .content = content,
                               .digest_algorithm = {.oid = oids::kSha256, .parameters = {}},
                               .certificate = openssl.read("mls.der"),
                               .issuer = {},
                               .serial = {},
                               .signed_attributes = attributes,
                               .signature_algorithm = {.oid = oids::kEcdsaWithSha256, .parameters = {}},
                               .signature = openssl.read("signature"),
                               .subject_key_identifier = key_identifier,
                               .more_certificates = more})
        .value();
  }
};

TEST(ListEnvelope, with_a_key_identifier_and_two_certificates_is_verified_by_openssl) {
  const auto signer = parse_certificate(openssl.read("mls.der")).value();
  const auto content = encode_master_list(std::vector<Bytes>{openssl.read("csca.der")}).value();
  const auto der = assemble(content, signer.subject_key_identifier()->value());
  openssl.write("ours", der);
  openssl.must("cms -verify -inform DER -in ours -CAfile mls.crt -purpose any -binary -out verified");
  CHECK_BYTES(content, openssl.read("verified"));
  const auto message = parse_signed_data(Exact{der}.view());
  CHECK_OK(message);
  CHECK(message->content_type == oids::kCscaMasterList);
  LONGS_EQUAL(2, message->certificates.size());
  LONGS_EQUAL(3, message->signer_infos.at(0).version);
  CHECK_BYTES(signer.subject_key_identifier()->value(), message->signer_infos.at(0).sid.subject_key_identifier);
  CHECK_BYTES(openssl.read("csca.der"), parse_master_list(*message->content)->certificates.at(0));
  // The same with another name for the signer finds nobody.
  openssl.write("ours", assemble(content, Bytes(20, 0x11)));
  CHECK_FALSE(openssl.run("cms -verify -inform DER -in ours -CAfile mls.crt -purpose any -binary -out verified"));
}

TEST(ListEnvelope, of_openssl_with_indefinite_lengths_gives_the_same_list) {
  std::vector<Bytes> certificates;
  for (std::uint32_t i = 0; i < 300; ++i) certificates.push_back(numbered_certificate(i));
  const auto content = encode_master_list(certificates).value();
  openssl.write("content", content);
  openssl.must(
      "cms -sign -binary -nodetach -nosmimecap -stream -keyid -md sha256 -econtent_type 2.23.136.1.1.2 -signer mls.crt "
      "-inkey mls.key -certfile csca.crt -in content -outform DER -out ber");
  const auto message = parse_signed_data(Exact{openssl.read("ber")}.view());
  CHECK_OK(message);
  CHECK(notes(message->deviations, "indefinite-length"));
  LONGS_EQUAL(300, parse_master_list(*message->content)->certificates.size());
}

TEST_GROUP(DeviationList){};

TEST(DeviationList, with_every_field_is_read) {
  const auto name = "300D310B300906035504061302444B"_hex;
  const auto documents = concat({context(0x80, as_bytes("P<")), context(0xA1, concat({name, encode_integer(322)})),
                                 context(0xA4, concat({time(2010), time(2012)})),
                                 context(0xA5, concat({printable("C01X0006H"), printable("C01X0007H")}))});
  const auto entry = encode_sequence(
      {encode_tlv(tags::kSequence, documents),
       encode_tlv(tags::kSet, encode_sequence({oids::kDeviationChip.der(), context(0xA1, printable("slow"))}))});
  const auto list = deviations(encode_sequence(
      {encode_integer(0), encode({.oid = oids::kSha256, .parameters = {}}), encode_tlv(tags::kSet, entry)}));
  CHECK_OK(list);
  CHECK(list->digest_algorithm->oid == oids::kSha256);
  LONGS_EQUAL(0, list->deviations.size());
  LONGS_EQUAL(1, list->entries.size());
  const auto& read = list->entries[0];
  CHECK_STRING("P<", *read.documents.document_type);
  CHECK_BYTES(name, read.documents.signer->issuer);
  CHECK_BYTES("0142"_hex, read.documents.signer->serial);
  CHECK_STRING("2010-01-01T00:00:00Z", to_iso_instant(*read.documents.first_issued));
  CHECK_STRING("2012-01-01T00:00:00Z", to_iso_instant(*read.documents.last_issued));
  LONGS_EQUAL(2, read.documents.document_numbers.size());
  CHECK_STRING("C01X0007H", read.documents.document_numbers[1]);
  CHECK(read.descriptions.at(0).type == oids::kDeviationChip);
  CHECK_BYTES(printable("slow"), read.descriptions[0].national_use);
  CHECK_FALSE(read.descriptions[0].data_group().has_value());
}

TEST(DeviationList, names_its_signer_in_one_of_three_ways) {
  const auto by_key = deviations(deviation_list({one_entry(context(0x82, "AABB"_hex))}));
  CHECK_OK(by_key);
  CHECK_BYTES("AABB"_hex, by_key->entries[0].documents.signer->subject_key_identifier);
  CHECK_STRING("hash of DG1 is wrong", by_key->entries[0].descriptions[0].text);
  LONGS_EQUAL(1, *by_key->entries[0].descriptions[0].data_group());
  const auto by_digest = deviations(deviation_list({one_entry(context(0x83, "CCDD"_hex))}));
  CHECK_OK(by_digest);
  CHECK_BYTES("CCDD"_hex, by_digest->entries[0].documents.signer->certificate_digest);
  const auto all_documents = deviations(deviation_list({one_entry({})}));
  CHECK_OK(all_documents);
  CHECK_FALSE(all_documents->entries[0].documents.signer.has_value());
}

TEST(DeviationList, with_explicit_tags_is_read_and_the_deviation_is_named) {
  const auto name = "3000"_hex;
  const auto documents =
      concat({context(0xA0, printable("ID")), context(0xA1, encode_sequence({name, encode_integer(1)})),
              context(0xA4, encode_sequence({time(2020), time(2021)})),
              context(0xA5, encode_tlv(tags::kSet, printable("123")))});
  const auto list = deviations(deviation_list({one_entry(documents)}));
  CHECK_OK(list);
  CHECK(notes(list->deviations, "a tag is explicit where an implicit one belongs"));
  CHECK_STRING("ID", *list->entries[0].documents.document_type);
  CHECK_BYTES("01"_hex, list->entries[0].documents.signer->serial);
  CHECK_STRING("123", list->entries[0].documents.document_numbers.at(0));
}

TEST(DeviationList, in_ber_is_read_and_the_deviation_is_named) {
  const auto entry = one_entry(context(0x82, "AA"_hex));
  const auto indefinite = deviations(concat({"3080 020100 3180"_hex, entry, "0000 0000"_hex}));
  CHECK_OK(indefinite);
  CHECK(notes(indefinite->deviations, "a length is indefinite"));
  const auto unsorted = deviations(deviation_list({one_entry(context(0x82, "BB"_hex)), entry}));
  CHECK_OK(unsorted);
  CHECK(notes(unsorted->deviations, "the SET is not sorted"));
  LONGS_EQUAL(2, unsorted->entries.size());
}

TEST(DeviationList, is_refused_when_a_part_is_not_what_it_should_be) {
  const auto refused = [](const Bytes& documents) { return deviations(deviation_list({one_entry(documents)})); };
  CHECK_OK(refused(context(0x80, as_bytes("P<"))));
  CHECK_FAULT(Fault::malformed, refused(context(0x82, {})));
  CHECK_FAULT(Fault::malformed, refused(context(0x83, {})));
  CHECK_FAULT(Fault::malformed, refused(context(0xA1, "3000"_hex)));
  CHECK_FAULT(Fault::malformed, refused(context(0xA4, time(2020))));
  CHECK_FAULT(Fault::malformed, refused(context(0xA4, concat({time(2020), printable("2021")}))));
  CHECK_FAULT(Fault::malformed, refused(context(0xA5, encode_integer(5))));
  CHECK_FAULT(Fault::malformed, refused(context(0x87, "00"_hex)));
  CHECK_FAULT(Fault::malformed, refused(concat({context(0x82, "AA"_hex), context(0x80, as_bytes("P<"))})));
  CHECK_FAULT(Fault::malformed, deviations({}));
  CHECK_FAULT(Fault::malformed, deviations("3000"_hex));
  CHECK_FAULT(Fault::malformed, deviations(deviation_list({"3000"_hex})));
  CHECK_FAULT(Fault::malformed, deviations(deviation_list({encode_sequence({"3000"_hex, "31023000"_hex})})));
  CHECK_FAULT(Fault::malformed,
              deviations(deviation_list({encode_sequence({"3000"_hex, encode_tlv(tags::kSet, "3003020101"_hex)})})));
}

TEST(DeviationList, beyond_all_measure_is_refused) {
  Bytes many;
  for (std::size_t i = 0; i <= kMaxDeviations; ++i) append(many, "300430003100"_hex);
  CHECK_FAULT(Fault::limit, deviations(encode_sequence({encode_integer(0), encode_tlv(tags::kSet, many)})));
  Bytes numbers;
  for (std::size_t i = 0; i <= kMaxDeviationParts; ++i) append(numbers, "130131"_hex);
  CHECK_FAULT(Fault::limit, deviations(deviation_list({one_entry(context(0xA5, numbers))})));
}
