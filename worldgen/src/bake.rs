use shared::coords::*; use shared::island::Bounds; use crate::material::Material;
pub struct BakedIsland { pub bounds: Bounds, pub h: Vec<f32>, pub c: Vec<f32>, pub tree: Vec<u8> }
impl BakedIsland {
  pub fn fake() -> Self {
    let bounds=Bounds::new(384,384,32,128).unwrap(); let (w,d)=(384,384);
    let mut h=vec![]; let mut c=vec![]; let mut tree=vec![0u8;w*d];
    for y in 0..d as i32 { for x in 0..w as i32 { let (fx,fy)=((x-192) as f32,(y-192) as f32);
      let r=(fx*fx+fy*fy).sqrt(); let n=crate::render::frac(fx/60.0,fy/60.0); let coast=(130.0-r+40.0*n).clamp(-64.0,64.0);
      let pk=(1.0-((fx-30.0).powf(2.0)+(fy-40.0).powf(2.0)).sqrt()/80.0).max(0.0); let mut z=if coast>0.0 { coast*0.12*(1.0+n) } else { coast*0.33 };
      z+=pk*pk*80.0*(1.0+0.5*crate::render::frac(fx/20.0,fy/20.0)); h.push(z); c.push(coast);
      if coast>14.0 && pk<0.4 && x%7==3 && y%7==2 && n>0.0 { tree[(y*384+x) as usize]=1; } } }
    Self{bounds,h,c,tree}
  }
  pub fn bounds(&self)->Bounds{self.bounds}
  fn i(&self,x:i32,y:i32)->Option<usize>{ (x>= -192&&y>= -192&&x<192&&y<192).then(||((y+192)*384+x+192) as usize)}
  pub fn material(&self,v:VoxelPos)->Material{ let Some(i)=self.i(v.x,v.y) else {return Material::Air}; let z=self.h[i].floor() as i32;
    if v.z<=z { if v.z<z-3 {return Material::Stone} return if self.h[i]<2.5 {Material::Sand} else if z>60 {Material::Snow} else if z>35 {Material::Stone} else {Material::Grass}; }
    for dy in -2..=2 { for dx in -2..=2 { if let Some(j)=self.i(v.x+dx,v.y+dy) { if self.tree[j]==1 { let g=self.h[j].floor() as i32; let rz=v.z-g-6; if dx==0&&dy==0&&rz<0 {return Material::Wood} if dx*dx+dy*dy+rz*rz<=5 {return Material::Leaves} } } } }
    if v.z<0 {Material::Water} else {Material::Air} }
  pub fn solid(&self,v:VoxelPos)->bool{self.material(v).is_solid()}
  pub fn ground_m(&self,c:ColumnPos)->f32{self.i(c.x,c.y).map_or(-64.0,|i|self.h[i])}
  pub fn coast_m(&self,c:ColumnPos)->f32{self.i(c.x,c.y).map_or(-64.0,|i|self.c[i])}
}
