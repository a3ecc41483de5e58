//! Operators on objects and references.

use wasmparser::{HeapType as ParsedHeapType, Operator, RefType as ParsedRefType};

use super::Translator;
use super::emit::{halves, with_upper};
use super::operator::Condition;
use crate::error::Error;
use crate::exec::{Cast, Compare, Kept, One, Op, acts};
use crate::heap::Layout;
use crate::types::{HeapType, RefType, TypeId, ValType};

impl Translator<'_> {
    fn type_id(&self, index: u32) -> Result<TypeId, Error> {
        let id = self.module.types.get(index as usize).copied();
        id.ok_or_else(super::changed)
    }

    fn layout(&self, id: TypeId) -> Result<&Layout, Error> {
        self.store.heap.layout(id).ok_or_else(super::changed)
    }

    /// The words of an instruction that makes an object or handles elements.
    fn layout_words(&self, id: TypeId, segment: u32) -> Result<[u64; 2], Error> {
        let layout = std::ptr::from_ref(self.layout(id)?).expose_provenance() as u64;
        Ok([layout, u64::from(id.0) | u64::from(segment) << 32])
    }

    fn exactly(id: TypeId) -> ValType {
        ValType::Ref(RefType {
            nullable: false,
            heap: HeapType::Concrete(id),
        })
    }

    /// An instruction that makes an object of a type of the module.
    fn make(
        &mut self,
        act: acts::Act,
        upper: u32,
        ty: u32,
        segment: u32,
        operands: usize,
    ) -> Result<(), Error> {
        let id = self.type_id(ty)?;
        let words = self.layout_words(id, segment)?;
        self.rare(act, upper, words, operands, Some(Self::exactly(id)))
    }

    fn struct_new(&mut self, ty: u32) -> Result<(), Error> {
        let fields = self.layout(self.type_id(ty)?)?.fields().len();
        self.make(acts::struct_new, 0, ty, 0, fields)
    }

    fn struct_get(&mut self, ty: u32, field: u32, signed: bool) -> Result<(), Error> {
        let layout = self.layout(self.type_id(ty)?)?;
        let place = layout.field(field).ok_or_else(super::changed)?;
        let Some(kept) = Kept::of(place.storage, signed) else {
            let act = acts::struct_get_vector;
            return self.rare(act, place.offset, [0, 0], 1, Some(ValType::V128));
        };
        let object = self.pop()?;
        let slot = self.in_cell(object)?;
        let to = self.next()?;
        let words = [with_upper(to, slot, place.offset)];
        self.give(Op::StructGet(kept), &words, to, value_type(place.storage));
        Ok(())
    }

    fn struct_set(&mut self, ty: u32, field: u32) -> Result<(), Error> {
        let layout = self.layout(self.type_id(ty)?)?;
        let place = layout.field(field).ok_or_else(super::changed)?;
        let Some(kept) = Kept::of(place.storage, false) else {
            return self.rare(acts::struct_set_vector, place.offset, [0, 0], 2, None);
        };
        let (value, object) = (self.pop()?, self.pop()?);
        let (object, value) = (self.in_cell(object)?, self.in_cell(value)?);
        let words = [with_upper(object, value, place.offset)];
        self.out.emit(Op::StructSet(kept), &words);
        Ok(())
    }

    fn element(&self, ty: u32) -> Result<crate::registry::Storage, Error> {
        let layout = self.layout(self.type_id(ty)?)?;
        layout.element().ok_or_else(super::changed)
    }

    fn array_get(&mut self, ty: u32, signed: bool) -> Result<(), Error> {
        let storage = self.element(ty)?;
        let Some(kept) = Kept::of(storage, signed) else {
            let act = acts::array_get_vector;
            return self.rare(act, 0, [0, 0], 2, Some(ValType::V128));
        };
        let (index, array) = (self.pop()?, self.pop()?);
        let (array, index) = (self.in_cell(array)?, self.in_cell(index)?);
        let to = self.next()?;
        let words = [halves(to, array, index, 0)];
        self.give(Op::ArrayGet(kept), &words, to, value_type(storage));
        Ok(())
    }

    fn array_set(&mut self, ty: u32) -> Result<(), Error> {
        let Some(kept) = Kept::of(self.element(ty)?, false) else {
            return self.rare(acts::array_set_vector, 0, [0, 0], 3, None);
        };
        let (value, index, array) = (self.pop()?, self.pop()?, self.pop()?);
        let (array, index) = (self.in_cell(array)?, self.in_cell(index)?);
        let value = self.in_cell(value)?;
        let words = [halves(array, index, value, 0)];
        self.out.emit(Op::ArraySet(kept), &words);
        Ok(())
    }

    /// Something done to elements of an array.
    fn bulk(
        &mut self,
        act: acts::Act,
        ty: u32,
        segment: u32,
        operands: usize,
    ) -> Result<(), Error> {
        let words = self.layout_words(self.type_id(ty)?, segment)?;
        self.rare(act, 0, words, operands, None)
    }

    /// An instruction with one operand, which it may leave as it is.
    fn one_to_i32(&mut self, op: Op, flag: u16, ty: ValType) -> Result<(), Error> {
        let value = self.pop()?;
        let slot = self.in_cell(value)?;
        let to = self.next()?;
        self.give(op, &[halves(to, slot, flag, 0)], to, ty);
        Ok(())
    }

    fn test(&mut self, heap: ParsedHeapType, nullable: bool) -> Result<(), Error> {
        let value = self.pop()?;
        let slot = self.in_cell(value)?;
        let to = self.next()?;
        let target = Cast::new(self.store, self.module.heap_type(heap));
        let words = [halves(to, slot, u16::from(nullable), 0), target.0];
        self.give(Op::RefTest, &words, to, ValType::I32);
        Ok(())
    }

    fn cast(&mut self, heap: ParsedHeapType, nullable: bool) -> Result<(), Error> {
        let mut value = self.pop()?;
        let slot = self.in_cell(value)?;
        let heap = self.module.heap_type(heap);
        let target = Cast::new(self.store, heap);
        let words = [halves(0, slot, u16::from(nullable), 0), target.0];
        self.out.emit(Op::RefCast, &words);
        value.ty = ValType::Ref(RefType { nullable, heap });
        self.push_back(value);
        Ok(())
    }

    /// Branches with the reference if it is of a type, or if it is not; else it
    /// stays.
    fn branch_on_cast(
        &mut self,
        depth: u32,
        to: ParsedRefType,
        taken_if: bool,
    ) -> Result<(), Error> {
        let value = self.pop()?;
        let slot = self.in_cell(value)?;
        self.push_back(value);
        let result = self.next()?;
        let target = Cast::new(self.store, self.module.heap_type(to.heap_type()));
        let words = [
            halves(result, slot, u16::from(to.is_nullable()), 0),
            target.0,
        ];
        self.give(Op::RefTest, &words, result, ValType::I32);
        self.pop()?;
        self.branch_with(depth, Condition::Value(One::S, result), taken_if)
    }

    /// The reference stays what it is, as another type.
    fn convert(&mut self, to: RefType) -> Result<(), Error> {
        let mut value = self.pop()?;
        self.in_cell(value)?;
        value.ty = ValType::Ref(to);
        self.push_back(value);
        Ok(())
    }

    /// Translates operators on objects, and tells whether the operator is one.
    pub(super) fn object(&mut self, operator: &Operator<'_>) -> Result<bool, Error> {
        match *operator {
            Operator::StructNew { struct_type_index } => self.struct_new(struct_type_index)?,
            Operator::StructNewDefault { struct_type_index } => {
                self.make(acts::struct_new_default, 0, struct_type_index, 0, 0)?;
            }
            Operator::StructGet {
                struct_type_index,
                field_index,
            }
            | Operator::StructGetU {
                struct_type_index,
                field_index,
            } => self.struct_get(struct_type_index, field_index, false)?,
            Operator::StructGetS {
                struct_type_index,
                field_index,
            } => self.struct_get(struct_type_index, field_index, true)?,
            Operator::StructSet {
                struct_type_index,
                field_index,
            } => self.struct_set(struct_type_index, field_index)?,
            Operator::ArrayNew { array_type_index } => {
                self.make(acts::array_new, 0, array_type_index, 0, 2)?;
            }
            Operator::ArrayNewDefault { array_type_index } => {
                self.make(acts::array_new_default, 0, array_type_index, 0, 1)?;
            }
            Operator::ArrayNewFixed {
                array_type_index,
                array_size,
            } => {
                let operands = array_size as usize;
                self.make(
                    acts::array_new_fixed,
                    array_size,
                    array_type_index,
                    0,
                    operands,
                )?;
            }
            Operator::ArrayNewData {
                array_type_index,
                array_data_index,
            } => self.make(
                acts::array_new_data,
                0,
                array_type_index,
                array_data_index,
                2,
            )?,
            Operator::ArrayNewElem {
                array_type_index,
                array_elem_index,
            } => self.make(
                acts::array_new_elem,
                0,
                array_type_index,
                array_elem_index,
                2,
            )?,
            Operator::ArrayGet { array_type_index } | Operator::ArrayGetU { array_type_index } => {
                self.array_get(array_type_index, false)?;
            }
            Operator::ArrayGetS { array_type_index } => self.array_get(array_type_index, true)?,
            Operator::ArraySet { array_type_index } => self.array_set(array_type_index)?,
            Operator::ArrayLen => self.one_to_i32(Op::ArrayLength, 0, ValType::I32)?,
            Operator::ArrayFill { array_type_index } => {
                self.bulk(acts::array_fill, array_type_index, 0, 4)?;
            }
            Operator::ArrayCopy {
                array_type_index_dst,
                ..
            } => self.bulk(acts::array_copy, array_type_index_dst, 0, 5)?,
            Operator::ArrayInitData {
                array_type_index,
                array_data_index,
            } => self.bulk(acts::array_init_data, array_type_index, array_data_index, 4)?,
            Operator::ArrayInitElem {
                array_type_index,
                array_elem_index,
            } => self.bulk(acts::array_init_elem, array_type_index, array_elem_index, 4)?,
            Operator::RefEq => self.compare(Compare::I64Eq)?,
            Operator::RefI31 => {
                let ty = RefType {
                    nullable: false,
                    heap: HeapType::I31,
                };
                self.one_to_i32(Op::I31New, 0, ValType::Ref(ty))?;
            }
            Operator::I31GetS => self.one_to_i32(Op::I31Get, 1, ValType::I32)?,
            Operator::I31GetU => self.one_to_i32(Op::I31Get, 0, ValType::I32)?,
            Operator::RefTestNonNull { hty } => self.test(hty, false)?,
            Operator::RefTestNullable { hty } => self.test(hty, true)?,
            Operator::RefCastNonNull { hty } => self.cast(hty, false)?,
            Operator::RefCastNullable { hty } => self.cast(hty, true)?,
            Operator::BrOnCast {
                relative_depth,
                to_ref_type,
                ..
            } => {
                self.branch_on_cast(relative_depth, to_ref_type, true)?;
                self.begin_piece();
            }
            Operator::BrOnCastFail {
                relative_depth,
                to_ref_type,
                ..
            } => {
                self.branch_on_cast(relative_depth, to_ref_type, false)?;
                self.begin_piece();
            }
            Operator::AnyConvertExtern => self.convert(RefType::ANY)?,
            Operator::ExternConvertAny => self.convert(RefType::EXTERN)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The type of a value that is kept so.
fn value_type(storage: crate::registry::Storage) -> ValType {
    match storage {
        crate::registry::Storage::Val(ty) => ty,
        _ => ValType::I32,
    }
}
