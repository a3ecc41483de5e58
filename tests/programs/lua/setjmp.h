/* Only so that it can be included: LUAI_THROW and LUAI_TRY do without. */
