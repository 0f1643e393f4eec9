#include "cicada/applet_sim/tlv/tlv.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace tlv = cicada::applet_sim::tlv;

TEST_GROUP(Tlv){};

TEST(Tlv, is_read_object_by_object) {
  const auto octets = "8703010203 970100 7F4901AA 8E00"_hex;
  tlv::Reader reader{octets};
  LONGS_EQUAL(0x87, reader.peek());
  const auto first = reader.next();
  CHECK_OK(first);
  CHECK_BYTES("010203"_hex, first->value);
  CHECK_BYTES("8703010203"_hex, first->raw);
  CHECK_BYTES("00"_hex, reader.next(0x97).value().value);
  CHECK_BYTES("AA"_hex, reader.next(0x7F49).value().value);
  CHECK(!reader.at_end());
  CHECK(reader.next(0x8E).value().value.empty());
  CHECK(reader.at_end());
  LONGS_EQUAL(0, reader.peek());
  CHECK_FAULT(Fault::malformed, reader.next());
}

TEST(Tlv, with_another_tag_than_expected_is_refused_and_stays) {
  const auto octets = "970100"_hex;
  tlv::Reader reader{octets};
  CHECK_FAULT(Fault::malformed, reader.next(0x87));
  CHECK_OK(reader.next(0x97));
}

TEST(Tlv, that_is_not_in_its_shortest_form_is_refused) {
  for (const auto& octets :
       {"8780"_hex, "87810100"_hex, "87817F"_hex, "8782000100"_hex, "878200FF"_hex, "878300000100"_hex,
        "8784000000010000"_hex, "87FF"_hex, "0001AA"_hex, "FF01AA"_hex, "1F1E00"_hex, "1F810100"_hex, "7F8000"_hex}) {
    tlv::Reader reader{octets};
    CHECK_FAULT(Fault::malformed, reader.next());
  }
}

TEST(Tlv, cut_anywhere_is_refused) {
  for (const auto& whole : {tlv::Tag{0x87}, tlv::Tag{0x7F49}}) {
    for (const std::size_t size : {1U, 127U, 128U, 255U, 256U, 300U}) {
      Bytes octets;
      tlv::append(octets, whole, Bytes(size, 0x5A));
      for (std::size_t cut = 0; cut < octets.size(); ++cut) {
        tlv::Reader reader{ByteView{octets}.first(cut)};
        CHECK_FAULT(Fault::malformed, reader.next());
      }
    }
  }
}

TEST(Tlv, is_written_as_it_is_read) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U}) {
    Bytes octets;
    tlv::append(octets, 0x53, Bytes(size, 0x5A));
    LONGS_EQUAL(tlv::header_size(0x53, size) + size, octets.size());
    const auto value = tlv::only(octets, 0x53);
    CHECK_OK(value);
    LONGS_EQUAL(size, value->size());
  }
}

TEST(Tlv, is_the_only_object_or_refused) {
  const auto octets = "54020102"_hex;
  CHECK_BYTES("0102"_hex, tlv::only(octets, 0x54).value());
  CHECK_FAULT(Fault::malformed, tlv::only("5402010253 00"_hex, 0x54));
  CHECK_FAULT(Fault::malformed, tlv::only("53020102"_hex, 0x54));
  CHECK_FAULT(Fault::malformed, tlv::only({}, 0x54));
}
