#include "cicada/asn1/tlv.h"

#include <string_view>

#include "exact.h"
#include "harness.h"

using namespace cicada::asn1;
using namespace cicada::base;
using cicada::test::Exact;

namespace {

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

Result<TlvHeader> header_of(std::string_view text, Rules rules = Rules::ber) {
  return read_header(Exact{hex(text)}.view(), rules);
}

/// Everything that the reader hands out lies inside the input.
Result<void> walk(ByteView bytes, Rules rules) {
  TlvReader reader{bytes, rules};
  while (!reader.at_end()) {
    CICADA_CHECK(reader.next());
  }
  return {};
}

}  // namespace

TEST_GROUP(TlvHeader){};

TEST(TlvHeader, reads_tags_of_one_two_and_three_octets) {
  LONGS_EQUAL(0x30, header_of("3000")->tag);
  LONGS_EQUAL(0x5F1F, header_of("5F1F00")->tag);
  LONGS_EQUAL(0x5F01, header_of("5F0104")->tag);
  LONGS_EQUAL(0x7F8101, header_of("7F810100")->tag);
  LONGS_EQUAL(4, header_of("7F810100")->header_size);
}

TEST(TlvHeader, refuses_tags_that_are_truncated_too_long_or_padded) {
  for (const auto* text :
       {"", "5F", "7F61", "7F81", "7F8101", "7F818101", "7F81818101", "5F80", "5F8001", "1F", "FF"}) {
    CHECK_FAULT(Fault::malformed, header_of(text));
  }
}

TEST(TlvHeader, refuses_the_tag_that_marks_an_end) {
  CHECK_FAULT(Fault::malformed, header_of("0000"));
}

TEST(TlvHeader, reads_every_definite_length_up_to_four_octets) {
  LONGS_EQUAL(0x7F, header_of("047F")->content_size);
  LONGS_EQUAL(0x80, header_of("048180")->content_size);
  LONGS_EQUAL(0x100, header_of("04820100")->content_size);
  LONGS_EQUAL(0x010000, header_of("0483010000")->content_size);
  CHECK(header_of("0484FFFFFFFF")->content_size == 0xFFFFFFFFUL);
  CHECK(header_of("7F610484FFFFFFFF").has_value());
  CHECK(header_of("0484FFFFFFFF")->total_size() == 0xFFFFFFFFUL + 6);
}

TEST(TlvHeader, refuses_lengths_that_are_truncated) {
  for (const auto* text : {"04", "0481", "0482", "048201", "048300FF", "0484FFFFFF", "5F1F"}) {
    const auto header = header_of(text);
    CHECK_FAULT(Fault::malformed, header);
    LONGS_EQUAL(hex(text).size(), header.error().at.value());
  }
}

TEST(TlvHeader, refuses_indefinite_lengths_and_more_than_four_octets) {
  for (const auto rules : {Rules::ber, Rules::der}) {
    CHECK_FAULT(Fault::malformed, header_of("3080", rules));
    CHECK_FAULT(Fault::malformed, header_of("30800000", rules));
    CHECK_FAULT(Fault::malformed, header_of("04850000000001AA", rules));
    CHECK_FAULT(Fault::malformed, header_of("0488FFFFFFFFFFFFFFFF", rules));
    CHECK_FAULT(Fault::malformed, header_of("04FF", rules));
  }
}

TEST(TlvHeader, accepts_over_long_lengths_under_ber_only) {
  for (const auto* text : {"048100", "04817F", "04820080", "048300FFFF", "0484000000FF"}) {
    CHECK_OK(header_of(text, Rules::ber));
    CHECK_FAULT(Fault::malformed, header_of(text, Rules::der));
  }
  for (const auto* text : {"047F", "048180", "0481FF", "04820100", "0483010000", "048401000000"}) {
    CHECK_OK(header_of(text, Rules::der));
  }
}

TEST_GROUP(TlvReader){};

TEST(TlvReader, hands_out_value_and_whole_object) {
  const auto data = hex("0402AABB5F1F01CC");
  TlvReader reader{data};
  LONGS_EQUAL(0x04, reader.peek().value());
  const auto first = reader.next();
  CHECK_OK(first);
  CHECK_BYTES(hex("AABB"), first->value);
  CHECK_BYTES(hex("0402AABB"), first->whole);
  LONGS_EQUAL(4, reader.position());
  const auto second = reader.next();
  CHECK_OK(second);
  LONGS_EQUAL(0x5F1F, second->tag);
  CHECK(reader.at_end());
  CHECK_FALSE(reader.peek().has_value());
  CHECK_FAULT(Fault::malformed, reader.next());
}

TEST(TlvReader, knows_constructed_objects_by_the_first_octet) {
  for (const auto* text : {"3000", "7F6100", "A000", "7F810100"}) CHECK(read_only(hex(text))->constructed());
  for (const auto* text : {"0400", "5F1F00", "8000", "5F812000", "5F2E00"}) {
    CHECK_FALSE(read_only(hex(text))->constructed());
  }
}

TEST(TlvReader, refuses_content_that_is_longer_than_the_data_and_stays_where_it_was) {
  for (const auto* text : {"0401", "0402AA", "0484FFFFFFFF00", "04847FFFFFFFAA", "3003020101AA00"}) {
    const Exact data{hex(text)};
    TlvReader reader{data.view()};
    if (text == std::string_view{"3003020101AA00"}) {
      CHECK_OK(reader.next());
      CHECK_OK(reader.next());
      continue;
    }
    CHECK_FAULT(Fault::malformed, reader.next());
    LONGS_EQUAL(0, reader.position());
  }
}

TEST(TlvReader, says_where_it_went_wrong) {
  const Exact data{hex("04010004820A")};
  TlvReader reader{data.view()};
  CHECK_OK(reader.next());
  const auto second = reader.next();
  CHECK_FAULT(Fault::malformed, second);
  LONGS_EQUAL(6, second.error().at.value());
}

TEST(TlvReader, expects_a_tag_without_consuming_another) {
  const auto data = hex("020105");
  TlvReader reader{data};
  CHECK_FAULT(Fault::malformed, reader.expect(0x04));
  LONGS_EQUAL(0, reader.position());
  CHECK_OK(reader.expect(0x02));
  CHECK_FAULT(Fault::malformed, reader.expect(0x02));
}

TEST(TlvReader, accepts_a_tag_or_leaves_it) {
  const auto data = hex("020105");
  TlvReader reader{data};
  const auto other = reader.accept(0x04);
  CHECK_OK(other);
  CHECK_FALSE(other->has_value());
  const auto right = reader.accept(0x02);
  CHECK_OK(right);
  CHECK(right->has_value());
  const auto end = reader.accept(0x02);
  CHECK_OK(end);
  CHECK_FALSE(end->has_value());
}

TEST(TlvReader, reports_garbage_instead_of_an_absent_optional_object) {
  const Exact data{hex("0482")};
  TlvReader reader{data.view()};
  CHECK_FAULT(Fault::malformed, reader.accept(0x30));
}

TEST(TlvReader, checks_that_nothing_is_left) {
  const auto data = hex("02010500");
  TlvReader reader{data};
  CHECK_OK(reader.next());
  const auto end = reader.expect_end();
  CHECK_FAULT(Fault::malformed, end);
  LONGS_EQUAL(3, end.error().at.value());
}

TEST(TlvReader, reads_the_only_object) {
  CHECK_OK(read_only(hex("3000")));
  CHECK_OK(read_only(hex("3000"), 0x30));
  CHECK_FAULT(Fault::malformed, read_only(hex("3000"), 0x31));
  CHECK_FAULT(Fault::malformed, read_only(hex("300000"), 0x30));
  CHECK_FAULT(Fault::malformed, read_only(hex("30000400")));
  CHECK_FAULT(Fault::malformed, read_only({}));
}

TEST(TlvReader, tells_the_size_of_an_object_also_of_indefinite_length) {
  LONGS_EQUAL(5, object_size("3003020105 FFFF"_hex).value());
  LONGS_EQUAL(7, object_size("3080 020105 0000 FFFF"_hex).value());
  LONGS_EQUAL(13, object_size("3080 A080 020105 0000 0500 0000 00"_hex).value());
  LONGS_EQUAL(9, object_size("3007 A080 020105 0000"_hex).value());
  for (const auto& bad : {""_hex, "30"_hex, "3004020105"_hex, "3080020105"_hex, "308002010500"_hex, "0480"_hex}) {
    CHECK_FAULT(Fault::malformed, object_size(bad));
  }
  CHECK_FAULT(Fault::limit, object_size([] {
                Bytes deep;
                for (std::size_t i = 0; i <= kMaxDepth; ++i) append(deep, "3080"_hex);
                deep.resize(deep.size() * 2);
                return deep;
              }()));
}

TEST(TlvReader, reads_all_objects_of_a_level_up_to_the_cap) {
  LONGS_EQUAL(0, read_all({})->size());
  LONGS_EQUAL(2, read_all(hex("04000500"))->size());
  Bytes many;
  for (std::size_t i = 0; i < kMaxObjects; ++i) append(many, hex("0400"));
  LONGS_EQUAL(kMaxObjects, read_all(many)->size());
  append(many, hex("0400"));
  CHECK_FAULT(Fault::limit, read_all(many));
}

TEST(TlvReader, ends_on_every_prefix_of_every_short_input) {
  // All inputs of two octets followed by a fixed tail, cut at every place.
  const auto tail = hex("0102030405060708090A");
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      Bytes input{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)};
      append(input, tail);
      for (const std::size_t size : {1UL, 2UL, 3UL, 5UL, 12UL}) {
        const Exact exact{ByteView{input}.first(size)};
        const auto ber = walk(exact.view(), Rules::ber);
        const auto der = walk(exact.view(), Rules::der);
        if (der) CHECK_OK(ber);
      }
    }
  }
}

TEST_GROUP(TlvWriter){};

TEST(TlvWriter, writes_the_shortest_length) {
  CHECK_BYTES(hex("5F1F00"), encode_tlv(0x5F1F, {}));
  CHECK_BYTES(hex("7F8101 01 AA"), encode_tlv(0x7F8101, hex("AA")));
  struct Case {
    std::size_t size;
    const char* header;
  };
  for (const auto& [size, header] :
       {Case{0x7F, "047F"}, Case{0x80, "048180"}, Case{0xFF, "0481FF"}, Case{0x100, "04820100"},
        Case{0xFFFF, "0482FFFF"}, Case{0x10000, "0483010000"}, Case{0x1000000, "048401000000"}}) {
    const Bytes content(size);
    const auto encoded = encode_tlv(0x04, content);
    const auto expected = hex(header);
    CHECK_BYTES(expected, ByteView{encoded}.first(expected.size()));
    LONGS_EQUAL(expected.size() + size, encoded.size());
    LONGS_EQUAL(expected.size(), header_size(0x04, size));
    CHECK_OK(read_only(encoded, 0x04, Rules::der));
  }
}

TEST(TlvWriter, joins_contents_and_appends) {
  const auto a = hex("AA");
  const auto b = hex("BBCC");
  CHECK_BYTES(hex("3003AABBCC"), encode_tlv(0x30, {a, {}, b}));
  Bytes to = hex("0500");
  append_tlv(to, 0x04, b);
  CHECK_BYTES(hex("05000402BBCC"), to);
  LONGS_EQUAL(4, header_size(0x7F61, 0x80));
  LONGS_EQUAL(4, header_size(0x7F8101, 0));
}
