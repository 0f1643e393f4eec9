#include "cicada/asn1/lds_security_object.h"

#include "bsi_sod.h"
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "exact.h"

#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::test;

namespace {

LdsSecurityObject object_of(std::uint32_t version) {
  LdsSecurityObject object{.version = version,
                           .hash_algorithm = {.oid = oids::kSha256, .parameters = {}},
                           .data_groups = {{.number = 1, .hash = Bytes(32, 1)}, {.number = 13, .hash = Bytes(32, 13)}},
                           .version_info = std::nullopt};
  if (version == 1) object.version_info = {.lds_version = "0108", .unicode_version = "040000"};
  return object;
}

/// The object with these data groups, written without any check.
Bytes with_groups(std::initializer_list<Bytes> groups) {
  Bytes content;
  for (const auto& group : groups) append(content, group);
  return encode_sequence(
      {encode_integer(0), encode({.oid = oids::kSha256, .parameters = {}}), encode_tlv(tags::kSequence, content)});
}

}  // namespace

TEST_GROUP(LdsSecurityObject){};

TEST(LdsSecurityObject, of_the_bsi_data_set_is_read_and_written_again) {
  const auto data = lds_vector("bsi2008-sod");
  const auto der = octets(data, "lds_security_object");
  const auto object = parse_lds_security_object(Exact{der}.view());
  CHECK_OK(object);
  LONGS_EQUAL(0, object->version);
  CHECK(object->hash_algorithm.oid == oids::kSha1);
  LONGS_EQUAL(4, object->data_groups.size());
  CHECK_BYTES(octets(data, "dg2_sha1"), *object->find(2));
  CHECK_BYTES("0C023A95B0D3C7F70C4B05E21F57AF03992B3EE4"_hex, *object->find(14));
  POINTERS_EQUAL(nullptr, object->find(4));
  CHECK_FALSE(object->version_info.has_value());
  CHECK_BYTES(der, encode(*object).value());
}

TEST(LdsSecurityObject, of_both_versions_is_read_as_it_was_written) {
  for (const std::uint32_t version : {0U, 1U}) {
    const auto der = encode(object_of(version));
    CHECK_OK(der);
    const auto read = parse_lds_security_object(Exact{*der}.view());
    CHECK_OK(read);
    LONGS_EQUAL(version, read->version);
    CHECK_BYTES(Bytes(32, 13), *read->find(13));
    CHECK((read->version_info.has_value()) == (version == 1));
    if (version == 1) {
      CHECK_STRING("0108", read->version_info->lds_version);
      CHECK_STRING("040000", read->version_info->unicode_version);
    }
  }
}

TEST(LdsSecurityObject, with_version_information_that_does_not_fit_is_read_for_the_caller_to_judge) {
  // Documents in the field have LDS 1.7 objects with version information and LDS 1.8 ones without.
  auto zero_with = encode(object_of(1)).value();
  zero_with[4] = 0;
  const auto read = parse_lds_security_object(zero_with);
  CHECK_OK(read);
  CHECK(read->version_info.has_value());
  auto one_without = encode(object_of(0)).value();
  one_without[4] = 1;
  CHECK_OK(parse_lds_security_object(one_without));
}

TEST(LdsSecurityObject, names_each_data_group_once) {
  const auto a = "3006 020101 0401AA"_hex;
  const auto b = "3006 020102 0401BB"_hex;
  CHECK_OK(parse_lds_security_object(with_groups({a, b})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, b, a})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3006 020100 0401BB"_hex})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3006 020111 0401BB"_hex})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3006 0201FF 0401BB"_hex})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3007 02020101 0401BB"_hex})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3005 020102 0400"_hex})));
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(with_groups({a, "3008 020102 0401BB 0500"_hex})));
}

TEST(LdsSecurityObject, with_sixteen_data_groups_is_the_largest) {
  auto object = object_of(0);
  object.data_groups.clear();
  for (std::uint8_t number = 1; number <= 16; ++number)
    object.data_groups.push_back({.number = number, .hash = "AA"_hex});
  const auto der = encode(object);
  CHECK_OK(der);
  LONGS_EQUAL(16, parse_lds_security_object(*der)->data_groups.size());
  object.data_groups.push_back({.number = 1, .hash = "AA"_hex});
  CHECK_FAULT(Fault::bad_input, encode(object));
}

TEST(LdsSecurityObject, is_not_written_against_the_rules) {
  auto object = object_of(0);
  object.version = 1;
  CHECK_FAULT(Fault::bad_input, encode(object));
  object = object_of(1);
  object.version = 0;
  CHECK_FAULT(Fault::bad_input, encode(object));
  object.version = 2;
  CHECK_FAULT(Fault::bad_input, encode(object));
  object = object_of(0);
  object.data_groups[1].number = 17;
  CHECK_FAULT(Fault::bad_input, encode(object));
  object = object_of(0);
  object.data_groups[1].hash.clear();
  CHECK_FAULT(Fault::bad_input, encode(object));
  object = object_of(1);
  object.version_info->lds_version = "\u00FC";
  CHECK_FAULT(Fault::bad_input, encode(object));
}

TEST(LdsSecurityObject, of_a_later_version_is_unsupported) {
  auto der = encode(object_of(0)).value();
  der[4] = 2;
  CHECK_FAULT(Fault::unsupported, parse_lds_security_object(der));
}

TEST(LdsSecurityObject, is_refused_when_cut_or_extended) {
  auto der = encode(object_of(1)).value();
  for (std::size_t size = 0; size < der.size(); ++size) {
    CHECK_FALSE(parse_lds_security_object(Exact{ByteView{der}.first(size)}.view()).has_value());
  }
  der.push_back(0);
  CHECK_FAULT(Fault::malformed, parse_lds_security_object(der));
}
