#include "security_infos.h"

#include <algorithm>

#include <fmt/format.h>

#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "der_rules.h"
#include "signed_data.h"

namespace cicada::conformance::lds {

namespace tags = asn1::tags;
namespace oids = asn1::oids;

namespace {

Judged<Info> info_of(const Object& element) {
  Level level{element, Rules::der};
  Info info;
  info.whole = element;
  CICADA_TRY(const auto protocol, level.expect(tags::kOid, "a SecurityInfo's protocol"));
  const auto oid = asn1::Oid::from_content(protocol.value);
  if (!oid) return breaks("a SecurityInfo's protocol is no OBJECT IDENTIFIER", protocol.at);
  info.protocol = *oid;
  CICADA_TRY(info.required, level.next("a SecurityInfo's required data"));
  if (!level.at_end()) {
    CICADA_TRY(const auto optional, level.next("a SecurityInfo's optional data"));
    info.optional = optional;
  }
  CICADA_CHECK(level.end("a SecurityInfo"));
  return info;
}

/// Whether the whole is in DER is a rule of its own.
Judged<Infos> entries_of(base::ByteView octets, std::size_t at) {
  Level outer{octets, at, Rules::der};
  CICADA_TRY(const auto set, outer.expect(tags::kSet, "SecurityInfos"));
  CICADA_CHECK(outer.end("SecurityInfos"));
  if (set.value.empty()) return breaks("SecurityInfos is empty", set.at);
  Infos infos;
  Level level{set, Rules::der};
  while (!level.at_end()) {
    if (infos.size() == kMaxInfos) return undecided("more SecurityInfos than are looked at", level.position());
    CICADA_TRY(const auto element, level.expect(tags::kSequence, "a SecurityInfo"));
    CICADA_TRY(const auto info, info_of(element));
    infos.push_back(info);
  }
  return infos;
}

}  // namespace

Judged<Infos> security_infos(base::ByteView octets, std::size_t at) {
  CICADA_TRY(auto infos, entries_of(octets, at));
  CICADA_CHECK(check_der(octets, at, "SecurityInfos"));
  return infos;
}

Judged<Infos> card_access_infos(const Evidence& evidence) {
  CICADA_TRY(const auto octets, file_of(evidence, File::card_access));
  return reached(entries_of(octets, 0));
}

Judged<Infos> dg14_infos(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::dg14, 0x6E));
  return reached(entries_of(frame.value, frame.value_at()));
}

Judged<Infos> card_security_infos(const Evidence& evidence) {
  CICADA_TRY(const auto data, reached_signed_data(evidence, kCardSecurityPlace));
  if (!data.content) return undecided("not reached: the encapsulated content is missing", data.content_type.at);
  return reached(entries_of(data.content->value, data.content->value_at()));
}

std::optional<base::ByteView> below(const asn1::Oid& protocol, const asn1::Oid& arc) {
  if (!protocol.is_under(arc)) return std::nullopt;
  return protocol.content().subspan(arc.content().size());
}

Judged<std::optional<std::uint32_t>> optional_number(const Info& info, std::string_view what) {
  if (!info.optional) return std::nullopt;
  if (info.optional->tag != tags::kInteger) {
    return breaks(fmt::format("{} has tag {}, an INTEGER is wanted", what, tag_text(info.optional->tag)),
                  info.optional->at);
  }
  CICADA_TRY(const auto number, small_integer(*info.optional, what));
  return number;
}

Verdict repeats_card_access(const Evidence& evidence, const Infos& signed_infos) {
  CICADA_TRY(const auto open, card_access_infos(evidence));
  for (const auto& info : open) {
    const bool repeated = std::ranges::any_of(
        signed_infos, [&](const auto& one) { return base::equal(one.whole.whole, info.whole.whole); });
    if (!repeated) {
      return breaks(fmt::format("the entry {} of EF.CardAccess (at {} there) is not repeated",
                                info.protocol.to_dotted(), info.whole.at));
    }
  }
  return fmt::format("all {} entries of EF.CardAccess", open.size());
}

}  // namespace cicada::conformance::lds
