#include "cicada/host/lds/dg16.h"

#include <array>

#include "detail_rows.h"

namespace cicada::host::lds {
namespace {

using base::fail;
using base::Fault;

constexpr asn1::Tag kFirstPerson = 0xA1;

constexpr std::array<DetailRow<NotifyPerson>, 4> kRows{{
    {0x5F50, "recorded", &NotifyPerson::recorded},
    {0x5F51, "name", &NotifyPerson::name},
    {0x5F52, "telephone", &NotifyPerson::telephone},
    {0x5F53, "address", &NotifyPerson::address},
}};
constexpr DetailTable<NotifyPerson> kTable{.ef = Ef::dg16, .prefix = "dg16-", .rows = kRows, .names = 0};

base::Result<NotifyPerson> read_person(base::ByteView value, const DetailNotes& notes) {
  CICADA_TRY(const auto objects, asn1::read_all(value));
  NotifyPerson person;
  for (const auto& object : objects) {
    CICADA_TRY(const bool known, read_detail(object, kTable, person, notes));
    if (!known) keep(person.unknown, object);
  }
  return person;
}

bool is_person(asn1::Tag tag) noexcept {
  return tag >= kFirstPerson && tag < kFirstPerson + kMaxNotifyPersons;
}

}  // namespace

base::Result<Dg16> parse_dg16(base::ByteView file) {
  CICADA_TRY(const auto outer, asn1::read_only(file, info(Ef::dg16).tag));
  CICADA_TRY(const auto objects, asn1::read_all(outer.value));
  Dg16 dg16;
  const DetailNotes notes{kTable.prefix, dg16.deviations};
  std::optional<std::uint8_t> count;
  for (const auto& object : objects) {
    if (object.tag == kDetailCount && !count && object.value.size() == 1) {
      count = object.value[0];
    } else if (is_person(object.tag)) {
      if (dg16.persons.size() == kMaxNotifyPersons) {
        return fail({.fault = Fault::limit, .what = "more persons to notify than there are tags for them"});
      }
      if (object.tag != kFirstPerson + dg16.persons.size()) notes.add("person-tag");
      CICADA_TRY(auto person, read_person(object.value, notes));
      dg16.persons.push_back(std::move(person));
    } else {
      keep(dg16.unknown, object);
    }
  }
  if (count != dg16.persons.size()) notes.add("person-count");
  return dg16;
}

base::Result<base::Bytes> build_dg16(const Dg16& dg16) {
  if (dg16.persons.size() > kMaxNotifyPersons) {
    return fail({.fault = Fault::bad_input, .what = "too many persons to notify", .at = dg16.persons.size()});
  }
  const auto count = static_cast<std::uint8_t>(dg16.persons.size());
  base::Bytes content;
  asn1::append_tlv(content, kDetailCount, {&count, 1});
  for (std::uint8_t i = 0; i < count; ++i) {
    base::Bytes person;
    for (const auto& row : kRows) {
      CICADA_TRY(const auto object, write_detail(dg16.persons[i], row));
      if (object) base::append(person, *object);
    }
    append_all(person, dg16.persons[i].unknown);
    asn1::append_tlv(content, kFirstPerson + i, person);
  }
  append_all(content, dg16.unknown);
  return asn1::encode_tlv(info(Ef::dg16).tag, content);
}

std::vector<DetailLine> to_lines(const NotifyPerson& person) {
  return lines_of(person, kTable);
}

}  // namespace cicada::host::lds
